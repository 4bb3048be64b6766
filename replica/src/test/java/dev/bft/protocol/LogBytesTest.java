package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.auth.ClientKeys;
import dev.bft.service.NullService;
import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Cluster;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The log is bounded in bytes, not in batches alone. */
class LogBytesTest {
    private static final int PERIOD = 128;

    @Test
    void requestsOfAMegabyteReachTheCheckpointBeforeTheyFillTheHeap() {
        Group group = new Group(PERIOD);
        group.boot();
        group.connectClient();
        long base = group.openSession();
        byte[] large = new byte[1 << 20];
        large[0] = 1;
        for (int number = 1; number <= 40; number++) {
            group.request(new Request(1, base, number, false, large, new byte[0]), 0, 1, 2, 3);
            assertThat(group.reply(0).result()).containsExactly(100 + number);
            for (Group.Member member : group.members) {
                assertThat(member.replica.status().logBytes()).isLessThan(18L << 20);
            }
        }
        for (Group.Member member : group.members) {
            assertThat(member.replica.status().stable()).isEqualTo(2 * PERIOD);
        }
    }

    /**
     * Each of three backups took a part of what a faulty primary proposed, and the next view begins with all of it.
     * Nothing more has room then, but the null batches that lead to the checkpoint must.
     */
    @Test
    void aViewThatBeginsWithMoreThanTheBoundReachesTheCheckpoint() {
        Node node = new Node(Lone.settings(1, PERIOD, 8 * PERIOD), new PlainKeys());
        Log log = new Log(node.settings);
        Quarantine quarantine = new Quarantine();
        RequestQueue queue = new RequestQueue(8, quarantine);
        PagedState state = new PagedState((page, target) -> {}, Replica.protocolPages(4), 1);
        Execution execution = new Execution(node, new NullService(), state, seqno -> {});
        Authenticity authenticity = new Authenticity(node, execution, queue, new ClientKeys(1, 4), quarantine);
        Nondet nondet = new Nondet(node, execution);
        HeldProposals held = new HeldProposals(node, log, authenticity, nondet);
        Agreement agreement = new Agreement(
                node,
                log,
                queue,
                new Amnesia(node),
                new Agreement.Beside(nondet, new Telling(node, log, execution), held));
        for (int seqno = 1; seqno <= 51; seqno++) {
            agreement.adopt(seqno, batch(seqno, 1 << 20), true);
        }
        agreement.setViewEnd(52);
        assertThat(log.bytes()).isGreaterThan(51L << 20);

        assertThat(agreement.onPrePrepare(0, new PrePrepare(0, 52, batch(52, 1))))
                .isFalse();
        assertThat(node.out.drops()).containsEntry(Drop.FULL.label(), 1L);
        assertThat(agreement.onPrePrepare(0, new PrePrepare(0, 52, Batch.NULL))).isTrue();
    }

    private static Batch batch(int number, int length) {
        Request request = new Request(1, 1, number, false, new byte[length], new byte[0]);
        byte[] open = Envelope.open(new Cluster(new byte[16], 0), 1000, request);
        try {
            byte[] frame = Envelope.complete(open, new Envelope.Unsigned());
            return Batch.of(List.of(SignedRequest.read(frame)), new byte[0]);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
