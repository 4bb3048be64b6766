package dev.bft.protocol;

import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.service.Call;
import dev.bft.service.Service;
import dev.bft.service.State;
import dev.bft.state.PagedState;
import dev.bft.wire.Batch;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The time and the value that a primary chooses (4.2, 4.3, amendment RC7): who judges them, and what is executed. */
class NondetTest {
    private static final long SKEW = Lone.SKEW / 1000;
    private static final long NOW = 1_000_000_000_000_000L;

    private final Lone backup = new Lone(1);
    private final SignedRequest request = opening();

    /** A service that proposes what it is told to, accepts one byte, and breaks over others. */
    private static final class Choosy implements Service {
        private byte[] proposal = {7};
        private final List<Call> calls = new ArrayList<>();

        @Override
        public void format(State state) {
            // All zero is its state.
        }

        @Override
        public byte[] execute(Call call, byte[] operation, State state) {
            calls.add(call);
            return new byte[0];
        }

        @Override
        public byte[] propose(State state) {
            if (proposal.length == 0) {
                throw new IllegalStateException("a bug of the service");
            }
            return proposal;
        }

        @Override
        public boolean accepts(byte[] proposed, State state) {
            if (proposed.length > 1) {
                state.writeInt(0, 1);
            }
            return proposed[0] == 7;
        }
    }

    private SignedRequest opening() {
        Request open = new Request(1, 0, 77, true, Group.CREDENTIAL, new byte[0]);
        byte[] signed = Request.signedBytes(backup.cluster, open.digest(Group.CLIENT));
        byte[] signature = PlainKeys.clientSign(Group.CREDENTIAL, signed);
        Request whole = new Request(1, 0, 77, true, Group.CREDENTIAL, signature);
        try {
            return SignedRequest.read(Envelope.complete(
                    Envelope.open(backup.cluster, Group.CLIENT, whole), new Envelope.Macs(List.of())));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private Batch proposed(long time, byte... value) {
        return Batch.of(List.of(request), time, value);
    }

    NondetTest() {
        // Its keys change once it has heard all: what came before that is to be said again.
        clock(NOW - 20_000);
        clock(NOW - 10_000);
    }

    private long votesFor(Batch batch) {
        backup.say(0, new PrePrepare(0, 1, batch));
        backup.sync();
        return backup.sentOf(Message.Type.PREPARE);
    }

    private void clock(long micros) {
        backup.wallMicros = micros;
        backup.tick(10);
        backup.sync();
    }

    @Test
    void aTimeNearTheOwnIsVotedForAtOnce() {
        for (long wrong : new long[] {-SKEW, 0, SKEW}) {
            Lone one = new Lone(1);
            one.wallMicros = NOW;
            one.tick(10);
            one.say(0, new PrePrepare(0, 1, proposed(NOW + wrong)));
            one.sync();
            assertThat(one.sentOf(Message.Type.PREPARE)).isEqualTo(3);
        }
    }

    @Test
    void aTimeAheadIsHeldUntilTheOwnClockIsThere() {
        clock(NOW);
        assertThat(votesFor(proposed(NOW + SKEW + 500))).isZero();
        clock(NOW + 499);
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
        clock(NOW + 500);
        assertThat(backup.sentOf(Message.Type.PREPARE)).isEqualTo(3);
        assertThat(backup.replica.status().drops()).doesNotContainKeys(Drop.MALFORMED.label(), Drop.CONFLICT.label());
    }

    @Test
    void aTimeOfLongAgoIsHeldUntilAnotherBackupVouchesForIt() {
        clock(NOW);
        Batch late = proposed(NOW - SKEW - 1);
        assertThat(votesFor(late)).isZero();
        clock(NOW + SKEW);
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
        backup.say(2, Lone.prepare(1, late));
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isEqualTo(3);
    }

    @Test
    void requestsWithoutATimeAreHeldAndANullBatchNeedsNone() {
        clock(NOW);
        assertThat(votesFor(Batch.of(List.of(request), new byte[0]))).isZero();
        backup.say(0, new PrePrepare(0, 2, Batch.NULL));
        backup.sync();
        assertThat(backup.sent).contains(Lone.prepare(2, Batch.NULL));
    }

    @Test
    void aValueThatTheServiceDoesNotAcceptIsHeld() {
        clock(NOW);
        assertThat(votesFor(proposed(NOW, (byte) 1))).isZero();
    }

    @Test
    void thePrimaryProposesItsClockButNotBeforeItHasReadIt() {
        Lone primary = new Lone(0);
        primary.give(new Event.Received(9, request.frame()));
        primary.sync();
        assertThat(primary.sentOf(Message.Type.PRE_PREPARE)).isZero();
        primary.wallMicros = NOW;
        primary.tick(10);
        primary.sync();
        assertThat(primary.sent)
                .filteredOn(PrePrepare.class::isInstance)
                .hasSize(3)
                .allMatch(m -> ((PrePrepare) m)
                        .proposal()
                        .digest()
                        .equals(proposed(NOW).digest()));
    }

    @Test
    void whatABrokenServiceProposesIsEmptyAndWhatItBreaksOverIsNotAccepted() {
        Choosy service = new Choosy();
        Nondet nondet = nondet(service);
        assertThat(nondet.batch(List.of(request)).proposedValue()).containsExactly(7);
        assertThat(nondet.accepts(proposed(0, (byte) 7))).isTrue();
        assertThat(nondet.accepts(proposed(0, (byte) 8))).isFalse();
        assertThat(nondet.accepts(proposed(0))).as("it fails over an empty one").isFalse();
        assertThat(nondet.accepts(proposed(0, (byte) 7, (byte) 7)))
                .as("it wants to write")
                .isFalse();
        service.proposal = new byte[0];
        assertThat(nondet.batch(List.of(request)).proposedValue()).isEmpty();
        service.proposal = new byte[Service.PROPOSAL_MAX + 1];
        assertThat(nondet.batch(List.of(request)).proposedValue()).isEmpty();
        assertThat(service.calls).isEmpty();
    }

    @Test
    void howOldABatchOfANewViewIsOrWhatItsValueIsNobodyAsks() {
        Nondet nondet = nondet(new Choosy());
        assertThat(nondet.isUsable(proposed(Long.MIN_VALUE, (byte) 8))).isTrue();
        assertThat(nondet.isUsable(proposed(SKEW))).isTrue();
        assertThat(nondet.isUsable(proposed(SKEW + 1))).isFalse();
        assertThat(nondet.isUsable(proposed(Long.MAX_VALUE))).isFalse();
    }

    private static Nondet nondet(Service service) {
        Node node = new Node(Lone.settings(0, 4, 8), new PlainKeys());
        PagedState state = new PagedState((page, target) -> {}, Replica.protocolPages(4), 1);
        state.reformat();
        return new Nondet(node, new Execution(node, service, state, seqno -> {}));
    }

    @Test
    void agreedTimeIsLaterThanAnyBeforeWhateverIsProposed() {
        Choosy service = new Choosy();
        Node node = new Node(Lone.settings(0, 4, 8), new PlainKeys());
        PagedState state = new PagedState((page, target) -> {}, Replica.protocolPages(4), 1);
        state.reformat();
        Execution execution = new Execution(node, service, state, seqno -> {});
        execution.execute(1, proposed(NOW));
        List<SignedRequest> requests = List.of(asked(execution, 1), asked(execution, 2));
        execution.execute(2, Batch.of(requests, NOW - 5, new byte[] {9}));
        execution.execute(3, Batch.NULL);
        execution.execute(4, Batch.of(List.of(asked(execution, 3)), new byte[0]));
        execution.execute(5, Batch.of(List.of(asked(execution, 4)), NOW + 50, new byte[0]));
        assertThat(service.calls).extracting(Call::timeMicros).containsExactly(NOW + 1, NOW + 1, NOW + 2, NOW + 50);
        assertThat(service.calls).extracting(Call::client).containsOnly(Group.CLIENT);
        assertThat(service.calls.get(1).value()).containsExactly(9);
        assertThat(service.calls.get(2).value()).isEmpty();
    }

    @Test
    void timeGoesBackWithWhatIsUndone() {
        Node node = new Node(Lone.settings(0, 4, 8), new PlainKeys());
        PagedState state = new PagedState((page, target) -> {}, Replica.protocolPages(4), 1);
        state.reformat();
        Execution execution = new Execution(node, new Choosy(), state, seqno -> {});
        execution.execute(1, proposed(NOW));
        execution.executeAhead(2, proposed(NOW + 9));
        assertThat(execution.sessions().agreedTime()).isEqualTo(NOW + 9);
        execution.rollBack();
        assertThat(execution.sessions().agreedTime()).isEqualTo(NOW);
    }

    private SignedRequest asked(Execution execution, long number) {
        long base = execution.sessions().base(0);
        Request invoke = new Request(1, base, number, false, new byte[] {1}, new byte[0]);
        try {
            return SignedRequest.read(Envelope.complete(
                    Envelope.open(backup.cluster, Group.CLIENT, invoke), new Envelope.Macs(List.of())));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
