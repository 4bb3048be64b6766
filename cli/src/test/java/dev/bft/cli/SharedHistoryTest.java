package dev.bft.cli;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which histories of a register that all change one order explains, and which none does. */
final class SharedHistoryTest {

    private final SharedHistory history = new SharedHistory();

    private void found(String words) {
        assertThat(history.problems()).singleElement().asString().contains(words);
    }

    @Test
    void overlappingOperationsMayStandInEitherOrder() {
        history.wrote(1, 7, 0, 10);
        history.read(0, 0, 5, 8);
        history.read(1, 7, 1, 9);
        history.wrote(2, 8, 9, 30);
        history.read(2, 8, 10, 12);
        history.refused(2, 9, 9, 40);
        assertThat(history.problems()).isEmpty();
    }

    @Test
    void aReadOfAVersionThatWasOverIsFound() {
        history.wrote(1, 7, 0, 10);
        history.read(0, 0, 11, 12);
        found("version 1 was seen before");
    }

    @Test
    void twoReadsThatGoBackAreFound() {
        history.wrote(1, 7, 0, 100);
        history.read(1, 7, 10, 20);
        history.read(0, 0, 21, 30);
        found("version 1 was seen before");
    }

    @Test
    void aVersionThatTwoWroteIsFound() {
        history.wrote(1, 7, 0, 10);
        history.wrote(1, 8, 5, 15);
        found("written twice");
    }

    @Test
    void aReadOfWhatAnotherWroteIsFound() {
        history.wrote(1, 7, 0, 10);
        history.read(1, 8, 11, 12);
        found("nobody wrote what was read");
    }

    @Test
    void aReadBeforeTheWriteIsFound() {
        history.wrote(1, 7, 50, 60);
        history.read(1, 7, 10, 20);
        assertThat(history.problems()).anyMatch(problem -> problem.contains("read before it was written"));
    }

    @Test
    void whatWasNeverAnsweredMayHaveHappenedAtAnyTime() {
        history.perhaps(1, 7, 0);
        history.read(0, 0, 1, 100);
        history.read(1, 7, 500, 600);
        history.wrote(2, 8, 601, 700);
        assertThat(history.problems()).isEmpty();
    }

    @Test
    void aRefusalSaysThatTheVersionWasThere() {
        history.refused(3, 7, 0, 10);
        history.read(2, 9, 11, 20);
        assertThat(history.problems()).anyMatch(problem -> problem.contains("version 3 was seen before"));
    }
}
