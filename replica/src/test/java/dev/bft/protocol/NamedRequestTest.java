package dev.bft.protocol;

import static dev.bft.protocol.Lone.prepare;
import static org.assertj.core.api.Assertions.assertThat;

import dev.bft.wire.Batch;
import dev.bft.wire.Bits;
import dev.bft.wire.Body;
import dev.bft.wire.Envelope;
import dev.bft.wire.Limits;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Proposal;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Status;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Proposals that name requests which their clients send to all replicas (section 3.5). */
class NamedRequestTest {
    private final Lone backup = new Lone(1);
    private final SignedRequest request = opening(77);
    private final Batch batch = Batch.of(List.of(request), new byte[0]);

    @Test
    void whatIsNamedIsVotedForOnceItsRequestIsHere() {
        propose(backup, 1, request);
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
        backup.give(new Event.Received(5, request.frame()));
        backup.sync();
        assertThat(backup.sent).contains(prepare(1, batch));
    }

    @Test
    void whatIsHereAlreadyIsVotedForAtOnce() {
        backup.give(new Event.Received(5, request.frame()));
        propose(backup, 1, request);
        backup.sync();
        assertThat(backup.sent).contains(prepare(1, batch));
    }

    @Test
    void theVoteOnDiskHoldsTheWholeBatch() throws MalformedException {
        backup.give(new Event.Received(5, request.frame()));
        propose(backup, 1, request);
        byte[] record = backup.records.get(backup.records.size() - 1);
        assertThat(VoteRecord.read(record)).isInstanceOfSatisfying(VoteRecord.Voted.class, voted -> assertThat(
                        voted.batch().requests().get(0).frame())
                .isEqualTo(request.frame()));
    }

    @Test
    void anotherRequestOfTheSessionIsNotTheOneThatIsNamed() {
        backup.give(new Event.Received(5, opening(78).frame()));
        propose(backup, 1, request);
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
    }

    @Test
    void theBodyOfTheBatchServesAsWellAndNoOther() {
        propose(backup, 1, request);
        backup.pass(new Body(1, Batch.of(List.of(request), new byte[] {1})));
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
        assertThat(backup.drops(Drop.UNASKED)).isEqualTo(1);
        backup.pass(new Body(1, batch));
        backup.sync();
        assertThat(backup.sent).contains(prepare(1, batch));
    }

    @Test
    void aReplicaSaysWhereItLacksRequests() {
        propose(backup, 2, request);
        backup.tick(1000);
        assertThat(lastStatus(backup).lacking().get(1)).isTrue();
        assertThat(lastStatus(backup).lacking().get(0)).isFalse();
        backup.pass(new Body(2, batch));
        backup.tick(1000);
        assertThat(lastStatus(backup).lacking().get(1)).isFalse();
    }

    @Test
    void ofTwoProposalsForOneSeqnoTheSecondIsRefusedThoughTheFirstIsNotComplete() {
        propose(backup, 1, request);
        backup.say(0, new PrePrepare(0, 1, Batch.of(List.of(), new byte[] {1})));
        backup.sync();
        assertThat(backup.sentOf(Message.Type.PREPARE)).isZero();
        assertThat(backup.facts).anyMatch(Fact.Alarm.class::isInstance);
    }

    @Test
    void aProposalThatNamesMoreThanAFrameHoldsIsNotTaken() {
        RequestQueue queue = new RequestQueue(8, new Quarantine());
        SignedRequest big = operation(new byte[Limits.NAMED_BATCH / 3]);
        queue.add(big, 0);
        Incomplete incomplete = new Incomplete(queue);
        assertThat(incomplete.complete(1, naming(big, 2))).isPresent();
        assertThat(incomplete.complete(1, naming(big, 3))).isEmpty();
        assertThat(incomplete.digest(1)).isEmpty();
    }

    /** A client that asks again signs: the copies here and at the primary may differ in that alone. */
    @Test
    void theBatchHasTheSignatureThatItsNameHas() {
        RequestQueue queue = new RequestQueue(8, new Quarantine());
        SignedRequest here = operation(new byte[] {1});
        queue.add(here, 0);
        byte[] named = {9, 9};
        Proposal proposal =
                Proposal.of(List.of(new Proposal.Named(here.client(), 1, here.digest(), named)), new byte[0]);
        Optional<Batch> complete = new Incomplete(queue).complete(1, proposal);
        assertThat(complete).isPresent();
        assertThat(Batch.of(complete.orElseThrow().requests(), new byte[0]).digest())
                .isEqualTo(proposal.digest());
        assertThat(complete.orElseThrow().requests().get(0).digest()).isEqualTo(here.digest());
    }

    @Test
    void aReplicaThatHasTheBatchSendsItToOneThatLacksItsRequests() {
        backup.give(new Event.Received(5, request.frame()));
        propose(backup, 1, request);
        backup.sync();
        Bits lacking = Bits.ofSize(8);
        lacking.set(0);
        for (int i = 1; i <= 4; i++) {
            backup.tick(100);
            backup.say(2, new Status(0, 0, 0, i, false, Bits.ofSize(8), Bits.ofSize(8), lacking));
        }
        assertThat(backup.sent.stream().filter(m -> m instanceof Body))
                .isNotEmpty()
                .allMatch(m -> ((Body) m).batch().digest().equals(batch.digest()));
    }

    @Test
    void aFirstCopyOfABigRequestIsNeitherPassedOnNorHeldAgainstThePrimary() {
        Group group = new Group();
        group.boot();
        group.connectClient();
        long base = group.openSession();
        group.members.get(0).mute = true;
        byte[] operation = new byte[Limits.INLINE + 1];
        group.request(new Request(1, base, 1, Request.Kind.OPERATION, 2, operation, new byte[0]), 1, 2, 3);
        group.settle(1000);
        assertThat(group.members.get(1).replica.status().view()).isZero();
        group.request(new Request(1, base, 1, Request.Kind.OPERATION, Request.ALL, operation, new byte[0]), 1, 2, 3);
        group.settle(1000);
        assertThat(group.members.get(1).replica.status().view()).isPositive();
    }

    private static void propose(Lone backup, long seqno, SignedRequest request) {
        backup.say(0, new PrePrepare(0, seqno, naming(request, 1)));
    }

    private static Proposal naming(SignedRequest request, int times) {
        return Proposal.of(Collections.nCopies(times, Proposal.named(request)), new byte[0]);
    }

    private static Status lastStatus(Lone backup) {
        List<Message> all =
                backup.sent.stream().filter(m -> m instanceof Status).toList();
        return (Status) all.get(all.size() - 1);
    }

    private SignedRequest opening(long nonce) {
        byte[] credential = Group.CREDENTIAL;
        Request unsigned = new Request(1, 0, nonce, true, credential, new byte[0]);
        byte[] signature =
                PlainKeys.clientSign(credential, Request.signedBytes(backup.cluster, unsigned.digest(Group.CLIENT)));
        return framed(new Request(1, 0, nonce, true, credential, signature));
    }

    private SignedRequest operation(byte[] bytes) {
        return framed(new Request(1, 5, 1, false, bytes, new byte[0]));
    }

    private SignedRequest framed(Request made) {
        try {
            byte[] open = Envelope.open(backup.cluster, Group.CLIENT, made);
            return SignedRequest.read(Envelope.complete(open, new Envelope.Macs(List.of())));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }
}
