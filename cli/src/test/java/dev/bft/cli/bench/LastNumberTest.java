package dev.bft.cli.bench;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which numbers a store may have while a client counts. */
final class LastNumberTest {

    private final LastNumber last = new LastNumber();

    private void write(long number) {
        last.asked(number);
        last.confirmed();
    }

    @Test
    void theNumberThatWasConfirmedMustBeThere() {
        write(0);
        write(1);
        assertThat(last.confirmedLast()).isEqualTo(1);
        assertThat(last.admits(1)).isTrue();
        assertThat(last.admits(0)).as("an operation was lost").isFalse();
        assertThat(last.admits(2)).as("an operation was done twice").isFalse();
    }

    @Test
    void aNumberThatWasNeverConfirmedMayBeThereOrNot() {
        write(0);
        write(1);
        last.asked(2);
        assertThat(last.confirmedLast()).isEqualTo(1);
        assertThat(last.admits(1)).isTrue();
        assertThat(last.admits(2)).isTrue();
        assertThat(last.admits(0)).isFalse();
        assertThat(last.admits(3)).isFalse();
    }

    @Test
    void whatTheStoreHadIsWhatMustBeThereFromThenOn() {
        write(0);
        last.asked(1);
        last.found(1);
        assertThat(last.admits(1)).isTrue();
        assertThat(last.admits(0)).isFalse();
        write(2);
        last.asked(3);
        last.found(2);
        assertThat(last.admits(2)).isTrue();
        assertThat(last.admits(3)).isFalse();
    }
}
