package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Digest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What is given to the disk, and when a vote log is begun anew. */
final class DiskTest {
    private static final int RECORD = 1024;

    private final Settings settings = Lone.settings(1, 4, 8);
    private final Outbox out = new Outbox();
    private final Disk disk = new Disk(out, settings);

    private long newSegments() {
        disk.shorten(() -> List.of(new byte[RECORD]));
        return out.take().stream().filter(Effect.NewSegment.class::isInstance).count();
    }

    /** Views come and go while nothing becomes stable: each leaves something in the log. */
    @Test
    void aLogThatHasGrownByMoreThanAFullLogIsBegunAnew() {
        long most = settings.logSize() * settings.batchBytes();
        for (int round = 0; round < 2; round++) {
            for (long added = 0; added < most; added += RECORD) {
                assertThat(newSegments()).isZero();
                disk.append(new byte[RECORD], new Disk.Nothing());
            }
            disk.append(new byte[RECORD], new Disk.Nothing());
            assertThat(newSegments()).isEqualTo(1);
        }
    }

    /** A replica that is killed again and again while nothing is stable. */
    @Test
    void whatABootFindsCounts() {
        byte[] found = new byte[(int) (settings.logSize() * settings.batchBytes())];
        disk.begin(new Saved(true, 1, List.of(found, new byte[1]), 0, Digest.ZERO, true));
        assertThat(newSegments()).isEqualTo(1);
    }

    @Test
    void whatWaitedForARecordOfTheOldLogIsAllowedWithTheNewOne() {
        disk.append(new byte[(int) (settings.logSize() * settings.batchBytes()) + 1], new Disk.VoteDurable(0, 1));
        assertThat(newSegments()).isEqualTo(1);
        assertThat(disk.persisted(2)).containsExactly(new Disk.VoteDurable(0, 1), new Disk.Nothing());
    }
}
