package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.bft.wire.Digest;
import dev.bft.wire.MalformedException;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a record of the vote log may say. */
class VoteRecordTest {
    private static final long BEYOND = Long.MAX_VALUE / 2 + 1;

    static Stream<VoteRecord> unwritten() {
        return Stream.of(
                new VoteRecord.Amnesiac(-2),
                new VoteRecord.Amnesiac(Long.MIN_VALUE),
                new VoteRecord.Amnesiac(BEYOND),
                new VoteRecord.StableAt(BEYOND),
                new VoteRecord.Prepared(BEYOND, 1, Digest.ZERO),
                new VoteRecord.Revoted(1, BEYOND, Digest.ZERO));
    }

    /** What a replica can neither have sent nor received it has not written down either. */
    @ParameterizedTest
    @MethodSource("unwritten")
    void aViewSeqnoOrBoundOutOfReachIsNoRecord(VoteRecord record) {
        assertThatThrownBy(() -> VoteRecord.read(record.toBytes())).isInstanceOf(MalformedException.class);
    }

    @Test
    void aBoundThatIsNotYetKnownIsOne() throws MalformedException {
        VoteRecord unknown = new VoteRecord.Amnesiac(-1);
        assertThat(VoteRecord.read(unknown.toBytes())).isEqualTo(unknown);
    }
}
