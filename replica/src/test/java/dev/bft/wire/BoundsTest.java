package dev.bft.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.Collections;
import java.util.List;
import java.util.function.IntFunction;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Every field has a bound: at the bound it is read, one beyond it is malformed. */
final class BoundsTest {
    private static final ViewChange.Held HELD = new ViewChange.Held(0, Digest.ZERO);
    private static final ViewChange.Entry ENTRY = new ViewChange.Entry(1, Digest.ZERO, 0);
    private static final Vote.Commit COMMIT = new Vote.Commit(1, Digest.ZERO);

    /** A field: a message with so much in it, and the most it may hold. */
    private record Bound(String field, int most, IntFunction<Message> message) {
        @Override
        public String toString() {
            return field;
        }
    }

    static Stream<Bound> bounds() {
        return Stream.of(
                new Bound("operation", Limits.OPERATION, n -> request(new byte[n], new byte[0])),
                new Bound("request signature", Limits.SIGNATURE, n -> request(new byte[0], new byte[n])),
                new Bound(
                        "result",
                        Limits.RESULT,
                        n -> new Reply(0, 0, 0, 0, Digest.ZERO, Reply.Outcome.OK, new byte[n])),
                new Bound("requests", Limits.BATCH_REQUESTS, n -> batch(Collections.nCopies(n, smallest()), 0)),
                new Bound("nondet", 256, n -> batch(List.of(), n)),
                new Bound("prepared", Limits.LOG / 8, n -> status(n, 0, 0)),
                new Bound("committed", Limits.LOG / 8, n -> status(0, n, 0)),
                new Bound("lacking", Limits.LOG / 8, n -> status(0, 0, n)),
                new Bound(
                        "commits",
                        Limits.COMMITS,
                        n -> new Vote(Message.Type.PREPARE, 0, 1, Digest.ZERO, Collections.nCopies(n, COMMIT))),
                new Bound(
                        "commits of a proposal",
                        Limits.COMMITS,
                        n -> new PrePrepare(0, 1, Collections.nCopies(n, COMMIT), Proposal.of(Batch.NULL))),
                new Bound(
                        "names",
                        Limits.BATCH_REQUESTS,
                        n -> new PrePrepare(0, 1, Proposal.of(Collections.nCopies(n, name(0)), new byte[0]))),
                new Bound(
                        "name's signature",
                        Limits.SIGNATURE,
                        n -> new PrePrepare(0, 1, Proposal.of(List.of(name(n)), new byte[0]))),
                new Bound("sealed", Limits.SEALED, n -> newKey(0, new byte[n])),
                new Bound("receiver", Limits.REPLICAS - 1, n -> newKey(n, new byte[0])),
                new Bound("client's receiver", Limits.REPLICAS - 1, n -> clientKey(n, 0, 0)),
                new Bound("credential", Limits.CREDENTIAL, n -> clientKey(0, n, 0)),
                new Bound("client's sealed", Limits.SEALED, n -> clientKey(0, 0, n)),
                new Bound("indices", Limits.PAGES, n -> new Fetch(1, Fetch.Level.PAGE, Collections.nCopies(n, 1))),
                new Bound(
                        "digests",
                        Limits.DIGESTS,
                        n -> new MetaData(1, Fetch.Level.ROOT, 0, Collections.nCopies(n, Digest.ZERO))),
                new Bound(
                        "pages",
                        Limits.PAGES,
                        n -> new PageData(1, Collections.nCopies(n, new PageData.Page(0, new byte[Limits.PAGE])))));
    }

    static Stream<Bound> viewChangeBounds() {
        return Stream.of(
                new Bound("C", Limits.CHECKPOINTS, n -> viewChange(Collections.nCopies(n, HELD), 0, 0)),
                new Bound("P", Limits.ENTRIES, n -> viewChange(List.of(), n, 0)),
                new Bound("Q", Limits.ENTRIES, n -> viewChange(List.of(), 0, n)),
                new Bound("acknowledged", Limits.REPLICAS - 1, n -> new ViewChangeAck(1, n, Digest.ZERO)),
                new Bound("listed", Limits.REPLICAS - 1, n -> newView(List.of(n), 0)),
                new Bound("X", Limits.CHOSEN, n -> newView(List.of(), n)),
                new Bound("view-changes", 4, n -> pending(n, 0, 0)),
                new Bound("pending's committed", Limits.LOG / 8, n -> pending(0, n, 0)),
                new Bound("missing", Limits.MISSING, n -> pending(0, 0, n)),
                new Bound(
                        "forwarded replica",
                        Limits.REPLICAS - 1,
                        n -> new ForwardedViewChange(n, viewChange(List.of(), 0, 0))),
                new Bound(
                        "forwarded C",
                        Limits.CHECKPOINTS,
                        n -> new ForwardedViewChange(0, viewChange(Collections.nCopies(n, HELD), 0, 0))),
                new Bound(
                        "body's requests",
                        Limits.BATCH_REQUESTS,
                        n -> new Body(1, Batch.of(Collections.nCopies(n, smallest()), new byte[0]))),
                new Bound("body's nondet", 256, n -> new Body(1, Batch.of(List.of(), new byte[n]))));
    }

    @ParameterizedTest
    @MethodSource({"bounds", "viewChangeBounds"})
    void aFieldAtItsBoundIsRead(Bound bound) {
        byte[] frame = Generated.frame(bound.message.apply(bound.most));
        assertThat(frame.length).isLessThanOrEqualTo(Limits.FRAME);
        assertThatCode(() -> Envelope.read(frame)).doesNotThrowAnyException();
    }

    @ParameterizedTest
    @MethodSource({"bounds", "viewChangeBounds"})
    void aFieldBeyondItsBoundIsMalformed(Bound bound) {
        byte[] frame = Generated.frame(bound.message.apply(bound.most + 1));
        assertThatThrownBy(() -> Envelope.read(frame))
                .isInstanceOf(MalformedException.class)
                .hasMessage("count above " + bound.most);
    }

    static Stream<Message> negatives() {
        return Stream.of(
                new Request(0, -1, 0, false, new byte[0], new byte[0]),
                new Request(0, 0, -1, false, new byte[0], new byte[0]),
                new Reply(-1, 0, 0, 0, Digest.ZERO, Reply.Outcome.OK, new byte[0]),
                new Reply(0, 0, -1, 0, Digest.ZERO, Reply.Outcome.OK, new byte[0]),
                new Reply(0, 0, 0, -1, Digest.ZERO, Reply.Outcome.OK, new byte[0]),
                new PrePrepare(-1, 0, Batch.of(List.of(), new byte[0])),
                new PrePrepare(0, -1, Batch.of(List.of(), new byte[0])),
                new Vote(Message.Type.PREPARE, -1, 0, Digest.ZERO),
                new Vote(Message.Type.COMMIT, 0, -1, Digest.ZERO),
                new Vote(Message.Type.PREPARE, 0, 0, Digest.ZERO, List.of(new Vote.Commit(-1, Digest.ZERO))),
                new Checkpoint(-1, Digest.ZERO, false),
                new Status(-1, 0, 0, 0, false, Bits.ofSize(0), Bits.ofSize(0), Bits.ofSize(0)),
                new Status(0, -1, 0, 0, false, Bits.ofSize(0), Bits.ofSize(0), Bits.ofSize(0)),
                new Status(0, 0, -1, 0, false, Bits.ofSize(0), Bits.ofSize(0), Bits.ofSize(0)),
                new Status(0, 0, 0, -1, false, Bits.ofSize(0), Bits.ofSize(0), Bits.ofSize(0)),
                newKey(-1, new byte[0]),
                clientKey(-1, 0, 0),
                new Fetch(-1, Fetch.Level.ROOT, List.of()),
                new Fetch(0, Fetch.Level.PAGE, List.of(-1)),
                new MetaData(-1, Fetch.Level.ROOT, 0, List.of()),
                new MetaData(0, Fetch.Level.ROOT, -1, List.of()),
                new PageData(-1, List.of()),
                new PageData(0, List.of(new PageData.Page(-1, new byte[Limits.PAGE]))));
    }

    static Stream<Message> viewChangeNegatives() {
        ViewChange.Held held = new ViewChange.Held(-1, Digest.ZERO);
        ViewChange.Entry below = new ViewChange.Entry(-1, Digest.ZERO, 0);
        ViewChange.Entry before = new ViewChange.Entry(0, Digest.ZERO, -1);
        return Stream.of(
                new ViewChange(-1, 0, List.of(), List.of(), List.of()),
                new ViewChange(0, -1, List.of(), List.of(), List.of()),
                new ViewChange(0, 0, List.of(held), List.of(), List.of()),
                new ViewChange(0, 0, List.of(), List.of(below), List.of()),
                new ViewChange(0, 0, List.of(), List.of(before), List.of()),
                new ViewChange(0, 0, List.of(), List.of(), List.of(below)),
                new ViewChange(0, 0, List.of(), List.of(), List.of(before)),
                new ViewChangeAck(-1, 0, Digest.ZERO),
                new ViewChangeAck(0, -1, Digest.ZERO),
                new Hold(-1, 0, Digest.ZERO, Digest.ZERO),
                new Hold(0, -1, Digest.ZERO, Digest.ZERO),
                new NewView(-1, List.of(), 0, Digest.ZERO, List.of()),
                new NewView(0, List.of(), -1, Digest.ZERO, List.of()),
                newView(List.of(-1), 0),
                new Decided(-1, Digest.ZERO),
                new StatusPending(-1, 0, 0, 0, false, Bits.ofSize(0), Bits.ofSize(0), List.of()),
                new StatusPending(0, -1, 0, 0, false, Bits.ofSize(0), Bits.ofSize(0), List.of()),
                new StatusPending(0, 0, -1, 0, false, Bits.ofSize(0), Bits.ofSize(0), List.of()),
                new StatusPending(0, 0, 0, -1, false, Bits.ofSize(0), Bits.ofSize(0), List.of()),
                new ForwardedViewChange(-1, viewChange(List.of(), 0, 0)),
                new ForwardedViewChange(0, new ViewChange(-1, 0, List.of(), List.of(), List.of())),
                new Body(-1, Batch.NULL));
    }

    @ParameterizedTest
    @MethodSource({"negatives", "viewChangeNegatives"})
    void aNumberBelowZeroIsMalformed(Message message) {
        assertMalformed(Generated.frame(message));
    }

    @Test
    void aViewOrSeqnoInTheFarHalfOfTheNumbersIsMalformed() {
        long last = Long.MAX_VALUE / 2;
        assertThatCode(() -> Envelope.read(Generated.frame(new PrePrepare(last, last, Batch.NULL))))
                .doesNotThrowAnyException();
        assertThatCode(() -> Envelope.read(Generated.frame(new Vote(Message.Type.PREPARE, last, last, Digest.ZERO))))
                .doesNotThrowAnyException();
        assertMalformed(Generated.frame(new PrePrepare(0, last + 1, Batch.NULL)));
        assertMalformed(Generated.frame(new PrePrepare(last + 1, 0, Batch.NULL)));
        assertMalformed(Generated.frame(new Vote(Message.Type.PREPARE, 0, last + 1, Digest.ZERO)));
        assertMalformed(Generated.frame(new Vote(Message.Type.PREPARE, last + 1, 0, Digest.ZERO)));
    }

    @Test
    void aFlagOutcomeOrLevelWithoutMeaningIsMalformed() {
        assertMalformed(changed(request(new byte[0], new byte[0]), 20, 4));
        assertMalformed(changed(new Checkpoint(1, Digest.ZERO, true), 40, 2));
        Reply reply = new Reply(0, 0, 0, 0, Digest.ZERO, Reply.Outcome.OK, new byte[0]);
        assertMalformed(changed(reply, 60, 8));
        assertMalformed(changed(reply, 61, 3));
        assertMalformed(changed(reply, 62, 2));
        assertMalformed(changed(pending(0, 0, 0), 32, 2));
        assertMalformed(changed(new Fetch(1, Fetch.Level.ROOT, List.of()), 8, 3));
        assertMalformed(changed(new MetaData(1, Fetch.Level.ROOT, 0, List.of()), 8, 2));
    }

    @Test
    void theDigestInAReplyHasTheLengthOfADigest() {
        for (int length : new int[] {0, Digest.BYTES - 1, Digest.BYTES + 1}) {
            Reply reply = new Reply(0, 0, 0, 0, Digest.ZERO, Reply.Outcome.OK, new byte[length]);
            assertMalformed(changed(reply, 62, 1));
        }
    }

    @Test
    void receiversOfANewKeyIncrease() {
        NewKey.Entry two = new NewKey.Entry(2, new byte[16], new byte[0]);
        NewKey.Entry one = new NewKey.Entry(1, new byte[16], new byte[0]);
        assertMalformed(Generated.frame(new NewKey(new byte[16], List.of(two, two))));
        assertMalformed(Generated.frame(new NewKey(new byte[16], List.of(two, one))));
    }

    @Test
    void replicasThatANewViewListsIncreaseAndAreAtMostAll() {
        assertMalformed(Generated.frame(newView(List.of(1, 1), 0)));
        assertMalformed(Generated.frame(newView(List.of(2, 1), 0)));
        List<Integer> all =
                Stream.iterate(0, r -> r < Limits.REPLICAS, r -> r + 1).toList();
        assertThatCode(() -> Envelope.read(Generated.frame(newView(all, 0)))).doesNotThrowAnyException();
        List<Integer> more = Collections.nCopies(Limits.REPLICAS + 1, 0);
        assertThatThrownBy(() -> Envelope.read(Generated.frame(newView(more, 0))))
                .isInstanceOf(MalformedException.class)
                .hasMessage("count above " + Limits.REPLICAS);
    }

    @Test
    void theLargestLawfulViewChangeFitsAFrameEvenWhenItIsPassedOn() {
        // n = 31: M = f+2 = 12 batches for each seqno of the longest log (section 6.10), K = 1.
        ViewChange largest = new ViewChange(
                1,
                0,
                Collections.nCopies(Limits.CHECKPOINTS, HELD),
                Collections.nCopies(Limits.LOG, ENTRY),
                Collections.nCopies(12 * Limits.LOG, ENTRY));
        byte[] frame = Generated.frame(new ForwardedViewChange(30, largest));
        assertThat(frame.length + Limits.REPLICAS * 28).isLessThanOrEqualTo(Limits.FRAME);
        assertThatCode(() -> Envelope.read(frame)).doesNotThrowAnyException();
    }

    @Test
    void aRequestWithTheLongestOperationFitsABatchAndABatchFitsAFrame() throws MalformedException {
        Request longest = request(new byte[Limits.OPERATION], new byte[Limits.SIGNATURE]);
        List<Envelope.Mac> macs = Stream.iterate(0, r -> r < Limits.REPLICAS, r -> r + 1)
                .map(r -> new Envelope.Mac(r, 1, new byte[Envelope.TAG]))
                .toList();
        byte[] frame = Envelope.complete(Envelope.open(Generated.CLUSTER, 1000, longest), new Envelope.Macs(macs));
        assertThat(frame.length).isLessThanOrEqualTo(Limits.REQUEST_FRAME);
        Batch batch = Batch.of(List.of(SignedRequest.read(frame)), new byte[256]);
        byte[] proposal = Envelope.complete(
                Envelope.open(Generated.CLUSTER, 0, new PrePrepare(1, 1, batch)), new Envelope.Macs(macs));
        assertThat(proposal.length).isLessThanOrEqualTo(Limits.FRAME);
        assertThatCode(() -> Envelope.read(proposal)).doesNotThrowAnyException();
    }

    @Test
    void aBatchIsReadBackFromItsOwnBytes() throws MalformedException {
        Batch batch = Samples.batch();
        assertThat(Batch.read(batch.toBytes()).digest()).isEqualTo(batch.digest());
        byte[] longer = java.util.Arrays.copyOf(batch.toBytes(), batch.toBytes().length + 1);
        assertThatThrownBy(() -> Batch.read(longer)).isInstanceOf(MalformedException.class);
    }

    @Test
    void aBitBeyondTheBytesIsClear() {
        Bits bits = Bits.ofSize(9);
        bits.set(8);
        assertThat(bits.bytes()).hasSize(2);
        assertThat(bits.get(8)).isTrue();
        assertThat(bits.get(7)).isFalse();
        assertThat(bits.get(16)).isFalse();
        assertThat(bits.get(-1)).isFalse();
        assertThat(bits.get(Long.MAX_VALUE)).isFalse();
    }

    private static Request request(byte[] operation, byte[] signature) {
        return new Request(1, 2, 3, false, operation, signature);
    }

    private static SignedRequest smallest() {
        try {
            return SignedRequest.read(Generated.frame(request(new byte[0], new byte[0])));
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    private static PrePrepare batch(List<SignedRequest> requests, int nondet) {
        return new PrePrepare(0, 1, Batch.of(requests, new byte[nondet]));
    }

    private static ViewChange viewChange(List<ViewChange.Held> checkpoints, int prepared, int prePrepared) {
        return new ViewChange(
                1, 0, checkpoints, Collections.nCopies(prepared, ENTRY), Collections.nCopies(prePrepared, ENTRY));
    }

    private static NewView newView(List<Integer> replicas, int batches) {
        return new NewView(
                1,
                replicas.stream().map(r -> new NewView.Vouched(r, Digest.ZERO)).toList(),
                0,
                Digest.ZERO,
                Collections.nCopies(batches, Digest.ZERO));
    }

    private static StatusPending pending(int viewChanges, int committed, int missing) {
        return new StatusPending(
                1,
                0,
                0,
                0,
                false,
                new Bits(new byte[viewChanges]),
                new Bits(new byte[committed]),
                Collections.nCopies(missing, new StatusPending.Missing(1, Digest.ZERO)));
    }

    private static Proposal.Named name(int signature) {
        return new Proposal.Named(1000, 1, Digest.ZERO, new byte[signature]);
    }

    private static Status status(int prepared, int committed, int lacking) {
        return new Status(
                0,
                0,
                0,
                0,
                false,
                new Bits(new byte[prepared]),
                new Bits(new byte[committed]),
                new Bits(new byte[lacking]));
    }

    private static NewKey newKey(int receiver, byte[] sealed) {
        return new NewKey(new byte[16], List.of(new NewKey.Entry(receiver, new byte[16], sealed)));
    }

    private static ClientKey clientKey(int receiver, int credential, int sealed) {
        return new ClientKey(receiver, new byte[credential], new byte[16], new byte[sealed]);
    }

    private static byte[] changed(Message message, int bodyAt, int value) {
        byte[] frame = Generated.frame(message);
        frame[Envelope.HEADER + bodyAt] = (byte) value;
        return frame;
    }

    private static void assertMalformed(byte[] frame) {
        assertThatThrownBy(() -> Envelope.read(frame)).isInstanceOf(MalformedException.class);
    }
}
