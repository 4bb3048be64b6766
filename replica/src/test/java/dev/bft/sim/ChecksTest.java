package dev.bft.sim;

import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import dev.bft.protocol.Effect;
import dev.bft.protocol.Fact;
import dev.bft.state.CheckpointImage;
import dev.bft.wire.Batch;
import dev.bft.wire.Checkpoint;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Limits;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.NewKey;
import dev.bft.wire.Out;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Vote;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Each checker is shown the violation it is there for, beside the right thing that it lets pass. */
class ChecksTest {
    private static final int CLIENT = 1000;
    private static final long BASE = 3;
    private static final Digest STATE = Digest.of(new byte[] {1});
    private static final Digest OTHER = Digest.of(new byte[] {2});

    private final Plan plan = plan();
    private final Cluster cluster = new Cluster(plan.cluster(), 0);
    private final Checks checks = new Checks(plan, new Tally());
    private Batch first = Batch.of(List.of(), new byte[0]);
    private Batch second = first;

    /** A checkpoint at each fourth batch, a log of eight. */
    private static Plan plan() {
        Plan drawn = Plan.draw(1, 4, 100);
        Plan.Tunables tunables = new Plan.Tunables(4, 8, 4, 1000, 4, 1, 1, true, 8, Plan.SECONDS);
        return new Plan(
                1,
                4,
                tunables,
                drawn.faults(),
                drawn.weather(),
                drawn.disks(),
                drawn.load(),
                false,
                Collections.emptySortedMap());
    }

    @BeforeEach
    void twoOperationsAreAskedFor() throws MalformedException {
        first = batch(1, issue(1));
        second = batch(2, issue(2));
        for (int i = 0; i < 4; i++) {
            newKeys(i, 1);
        }
    }

    private void newKeys(int replica, long counter) {
        List<NewKey.Entry> entries = others(replica)
                .mapToObj(i -> new NewKey.Entry(i, new byte[Limits.NONCE], new byte[0]))
                .toList();
        byte[] open = Envelope.open(cluster, replica, new NewKey(new byte[Limits.NONCE], entries));
        checks.leaves(replica, Envelope.complete(open, new Envelope.Signature(counter, new byte[0])));
    }

    private static IntStream others(int replica) {
        return IntStream.range(0, 4).filter(i -> i != replica);
    }

    /** It leaves, and arrives under the first keys. */
    private void says(int replica, Message message) {
        checks.leaves(replica, frame(replica, message));
        List<Envelope.Mac> macs = others(replica)
                .mapToObj(i -> new Envelope.Mac(i, 1, new byte[Envelope.TAG]))
                .toList();
        byte[] frame = Envelope.complete(Envelope.open(cluster, replica, message), new Envelope.Macs(macs));
        others(replica).forEach(i -> checks.arrives(i, frame));
    }

    private byte[] issue(long number) {
        Operation operation = new Operation(Operation.Kind.ADD, number, 0, new byte[0]);
        byte[] bytes = operation.toBytes();
        checks.history().issued(operation, bytes);
        return bytes;
    }

    private Batch batch(long number, byte[] operation) throws MalformedException {
        Request request = new Request(7, BASE, number, false, operation, new byte[0]);
        return Batch.of(List.of(SignedRequest.read(frame(CLIENT, request))), new byte[0]);
    }

    private byte[] frame(int sender, Message message) {
        return Envelope.complete(Envelope.open(cluster, sender, message), new Envelope.Unsigned());
    }

    private static void broken(String invariant, Runnable step) {
        assertThatExceptionOfType(Violation.class)
                .isThrownBy(step::run)
                .matches(v -> v.invariant().equals(invariant), invariant);
    }

    private static byte[] voted(long seqno, Batch batch) {
        Out out = new Out(64).u8(1).i64(0).i64(seqno);
        batch.write(out);
        return out.toBytes();
    }

    private static byte[] record(int kind, long seqno, Digest digest) {
        Out out = new Out(64).u8(kind);
        return (kind == 2 ? out.i64(0) : out).i64(seqno).digest(digest).toBytes();
    }

    private void onDisk(int replica, byte[]... records) {
        for (byte[] record : records) {
            checks.ledger(replica).durable(new Effect.Append(1, record));
        }
    }

    private void votes(int replica, long seqno, Batch batch) {
        onDisk(replica, voted(seqno, batch));
        says(
                replica,
                replica == 0
                        ? new PrePrepare(0, seqno, batch)
                        : new Vote(Message.Type.PREPARE, 0, seqno, batch.digest()));
    }

    private void commits(int replica, long seqno, Batch batch) {
        onDisk(replica, record(2, seqno, batch.digest()));
        says(replica, new Vote(Message.Type.COMMIT, 0, seqno, batch.digest()));
    }

    private void agreed(long seqno, Batch batch) {
        for (int i = 0; i < 3; i++) {
            votes(i, seqno, batch);
        }
        for (int i = 0; i < 3; i++) {
            commits(i, seqno, batch);
        }
    }

    private Fact.Executed executed(long seqno, Batch batch) {
        SignedRequest request = batch.requests().get(0);
        return new Fact.Executed(
                seqno, seqno, CLIENT, 7, BASE, request.request().number(), request.digest());
    }

    private void executes(int replica, long seqno, Batch batch) {
        checks.fact(replica, executed(seqno, batch));
        checks.fact(replica, new Fact.Committed(0, seqno, batch.digest()));
    }

    @Test
    void twoBatchesAtOneSeqnoBreakAgreement() {
        agreed(1, first);
        executes(0, 1, first);
        executes(1, 1, first);
        Checks others = checks;
        broken("committed-backing", () -> executes(2, 1, second));
        others.history();
        broken("agreement", () -> checks.history().committed(2, new Fact.Committed(0, 1, second.digest()), List.of()));
    }

    @Test
    void anotherExecutionOfTheSameBatchIsFound() {
        agreed(1, first);
        executes(0, 1, first);
        broken("same-execution", () -> checks.fact(1, new Fact.Committed(0, 1, first.digest())));
    }

    @Test
    void aSecondVoteForASeqnoIsFoundAcrossRestarts() {
        votes(0, 1, first);
        votes(1, 1, first);
        checks.booted(1);
        votes(1, 1, first);
        broken("single-vote", () -> votes(1, 1, second));
        broken("proposed-backing", () -> votes(2, 1, second));
    }

    @Test
    void aVoteBesideAFactIsFound() {
        agreed(1, first);
        checks.records(1, voted(1, second));
        executes(1, 1, first);
        checks.records(1, voted(1, first));
        broken("vote-beside-fact", () -> checks.records(1, voted(1, second)));
        checks.records(2, voted(1, second));
    }

    @Test
    void aBoundBelowForgottenVotesIsFoundAndOneThatALogRepeatsIsNot() {
        votes(0, 1, first);
        votes(1, 1, first);
        checks.booted(1);
        checks.fact(1, new Fact.Amnesia(0));
        checks.booted(1);
        checks.fact(1, new Fact.Amnesia(-1));
        broken("no-vote-below", () -> checks.fact(1, new Fact.Amnesia(0)));
    }

    @Test
    void aPrimaryThatProposesTwiceIsFound() {
        votes(0, 1, first);
        broken("single-vote", () -> votes(0, 1, second));
    }

    @Test
    void aCommitThatTooFewVotedForIsFound() {
        votes(0, 1, first);
        votes(1, 1, first);
        broken("prepared-backing", () -> commits(1, 1, first));
        votes(2, 1, first);
        commits(1, 1, first);
    }

    @Test
    void anExecutionThatTooFewPreparedIsFound() {
        for (int i = 0; i < 3; i++) {
            votes(i, 1, first);
        }
        commits(0, 1, first);
        commits(1, 1, first);
        broken("committed-backing", () -> executes(0, 1, first));
    }

    @Test
    void whatLeavesBeforeItIsOnDiskIsFound() {
        byte[] vote = frame(1, new Vote(Message.Type.PREPARE, 0, 1, first.digest()));
        broken("durable-first", () -> checks.leaves(1, vote));
        for (int i = 0; i < 3; i++) {
            votes(i, 1, first);
        }
        byte[] commit = frame(1, new Vote(Message.Type.COMMIT, 0, 1, first.digest()));
        broken("durable-first", () -> checks.leaves(1, commit));
    }

    @Test
    void whatRestsOnOldKeysIsFound() {
        votes(0, 1, first);
        votes(1, 1, first);
        newKeys(1, 2);
        votes(2, 1, first);
        broken("key-freshness", () -> commits(1, 1, first));
        // Whoever completed it under its first keys may go on under the next.
        commits(2, 1, first);
        newKeys(0, 2);
        commits(0, 1, first);
        commits(1, 1, first);
        broken("key-freshness", () -> executes(0, 1, first));
    }

    @Test
    void aCheckpointIsPromisedOnlyWhenARestartComesAsFar() {
        byte[] early = frame(1, new Checkpoint(4, STATE, false));
        broken("durable-first", () -> checks.leaves(1, early));
        for (long seqno = 1; seqno <= 4; seqno++) {
            onDisk(1, voted(seqno, first), record(3, seqno, first.digest()));
        }
        byte[] unannounced = frame(1, new Checkpoint(4, STATE, false));
        broken("durable-first", () -> checks.leaves(1, unannounced));
        onDisk(1, record(4, 4, STATE));
        checks.leaves(1, frame(1, new Checkpoint(4, STATE, false)));
        CheckpointImage image = new CheckpointImage(4, STATE, true, List.of());
        checks.ledger(2).durable(new Effect.Install(1, image));
        checks.leaves(2, frame(2, new Checkpoint(4, STATE, true)));
    }

    private void announce(long seqno, Digest state) {
        for (int i = 1; i < 4; i++) {
            CheckpointImage image = new CheckpointImage(seqno, state, true, List.of());
            checks.ledger(i).durable(new Effect.Install(1, image));
            says(i, new Checkpoint(seqno, state, false));
        }
    }

    @Test
    void aStableCheckpointThatTooFewTookIsFound() {
        broken("stable-backing", () -> checks.fact(0, new Fact.Stable(4, STATE)));
        announce(4, STATE);
        checks.fact(0, new Fact.Stable(4, STATE));
    }

    @Test
    void aStableCheckpointOfWhatCameUnderOldKeysIsFound() {
        announce(4, STATE);
        newKeys(0, 2);
        announce(8, STATE);
        checks.fact(0, new Fact.Stable(4, STATE));
        broken("key-freshness", () -> checks.fact(0, new Fact.Stable(8, STATE)));
    }

    @Test
    void differentDigestsOfOneCheckpointAreFound() {
        checks.fact(0, new Fact.CheckpointTaken(4, STATE));
        checks.fact(1, new Fact.CheckpointTaken(4, STATE));
        broken("equal-digests", () -> checks.fact(2, new Fact.CheckpointTaken(4, OTHER)));
        broken("equal-digests", () -> checks.fact(2, new Fact.Stable(4, OTHER)));
        broken("equal-digests", () -> checks.fact(3, new Fact.TransferDone(4, OTHER, 1)));
    }

    @Test
    void anOperationThatRunsTwiceIsFound() {
        agreed(1, first);
        executes(0, 1, first);
        agreed(2, first);
        broken("exactly-once", () -> executes(0, 2, first));
    }

    @Test
    void numbersOfASessionThatFallAreFound() {
        agreed(1, second);
        executes(0, 1, second);
        agreed(2, first);
        broken("exactly-once", () -> executes(0, 2, first));
    }

    @Test
    void anOperationThatNobodyAskedForIsFound() throws MalformedException {
        Batch forged = batch(1, new Operation(Operation.Kind.ADD, 9, 0, new byte[0]).toBytes());
        agreed(1, forged);
        broken("authenticity", () -> executes(0, 1, forged));
    }

    @Test
    void aReplyThatTheHistoryDoesNotGiveIsFound() {
        Request request = first.requests().get(0).request();
        Digest digest = first.requests().get(0).digest();
        byte[] sum = new Out(8).i64(1).toBytes();
        byte[] early = reply(request, digest, sum);
        broken("reply", () -> checks.leavesForClient(0, early));
        agreed(1, first);
        executes(0, 1, first);
        checks.leavesForClient(0, early);
        broken("reply", () -> checks.leavesForClient(0, reply(request, digest, new byte[8])));
        checks.history().accepted(1, false, sum);
        broken("reply", () -> checks.history().accepted(1, false, new byte[8]));
        broken("reply", () -> checks.history().accepted(1, true, sum));
        broken("reply", () -> checks.history().notExecuted(1));
        checks.history().notExecuted(2);
        checks.history().accepted(2, false, sum);
        broken("reply", () -> checks.history().end());
    }

    private byte[] reply(Request request, Digest digest, byte[] result) {
        return frame(
                0, new Reply(0, request.session(), request.base(), request.number(), digest, Reply.Outcome.OK, result));
    }

    @Test
    void anOrderWithGapsOrStepsBackIsFound() {
        agreed(1, first);
        executes(0, 1, first);
        agreed(3, second);
        broken("single-order", () -> executes(0, 3, second));
        broken("single-order", () -> checks.fact(0, new Fact.CheckpointTaken(4, STATE)));
        broken("window", () -> checks.fact(0, new Fact.CheckpointTaken(3, STATE)));
    }

    @Test
    void marksThatFallAreFound() {
        announce(4, OTHER);
        announce(8, STATE);
        checks.fact(0, new Fact.Stable(8, STATE));
        broken("monotone", () -> checks.fact(0, new Fact.Stable(4, OTHER)));
        checks.fact(0, new Fact.TransferDone(12, STATE, 1));
        broken("monotone", () -> checks.fact(0, new Fact.TransferDone(8, STATE, 1)));
    }

    @Test
    void aVoteOutsideTheWindowIsFound() {
        votes(0, 8, first);
        votes(1, 8, first);
        broken("window", () -> votes(1, 9, first));
        announce(4, STATE);
        checks.fact(0, new Fact.Stable(4, STATE));
        checks.fact(1, new Fact.Stable(4, STATE));
        votes(0, 12, second);
        votes(1, 12, second);
        broken("window", () -> votes(1, 4, first));
    }

    @Test
    void anAlarmIsRightOnlyWhereSomethingWasDamaged() {
        Simulation simulation = new Simulation(plan, Optional.empty());
        broken("no-false-alarm", () -> simulation.alarm(2, "the primary proposed two batches"));
    }
}
