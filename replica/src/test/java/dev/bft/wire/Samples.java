package dev.bft.wire;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;

/** One frame of each message and of each of its variants, with fixed fields; their bytes are in {@code wire/*.hex}. */
final class Samples {
    static final Cluster CLUSTER = new Cluster(counting(16, 0xA0), 7);

    private static final int CLIENT = 1000;
    private static final Envelope.Auth UNSIGNED = new Envelope.Unsigned();

    private Samples() {}

    /** Name to frame, in the order of names. */
    static SortedMap<String, byte[]> frames() {
        TreeMap<String, byte[]> frames = new TreeMap<>();
        clients(frames);
        agreement(frames);
        keys(frames);
        transfer(frames);
        viewChange(frames);
        return frames;
    }

    private static void clients(SortedMap<String, byte[]> to) {
        to.put("request-open", openRequest());
        to.put("request-invoke", invokeRequest());
        Request read = new Request(0x12345678, 90_000, 17, Request.Kind.READ, 3, ascii("get key"), new byte[0]);
        to.put("request-read", frame(CLIENT, read, macs(0, 1, 2, 3)));
        to.put("reply-ok", frame(1, reply(Reply.Outcome.OK, ascii("value")), macs(CLIENT)));
        to.put("reply-failed", frame(1, reply(Reply.Outcome.FAILED, ascii("no such key")), macs(CLIENT)));
        to.put("reply-session-gone", frame(2, reply(Reply.Outcome.SESSION_GONE, new byte[0]), macs(CLIENT)));
        to.put("reply-timestamp-reused", frame(2, reply(Reply.Outcome.TIMESTAMP_REUSED, new byte[0]), macs(CLIENT)));
        to.put("reply-table-full", frame(3, reply(Reply.Outcome.TABLE_FULL, new byte[0]), macs(CLIENT)));
        Reply value = reply(Reply.Outcome.OK, ascii("value"));
        to.put("reply-tentative", frame(1, value.asTentative(), macs(CLIENT)));
        to.put("reply-read", frame(1, value.asRead(), macs(CLIENT)));
        to.put(
                "reply-digest",
                frame(1, reply(Reply.Outcome.OK, counting(33, 0x20)).asDigest(), macs(CLIENT)));
        Request revoke =
                new Request(0x12345678, 90_000, 18, Request.Kind.REVOKE, Request.ALL, ascii("revocation"), new byte[0]);
        to.put("request-revoke", frame(CLIENT, revoke, macs(0, 1, 2, 3)));
        to.put(
                "reply-credential-expired",
                frame(3, reply(Reply.Outcome.CREDENTIAL_EXPIRED, new byte[0]), macs(CLIENT)));
        to.put(
                "reply-credential-revoked",
                frame(3, reply(Reply.Outcome.CREDENTIAL_REVOKED, new byte[0]), macs(CLIENT)));
        to.put("reply-result-dropped", frame(3, reply(Reply.Outcome.RESULT_DROPPED, new byte[0]), macs(CLIENT)));
    }

    private static Reply reply(Reply.Outcome outcome, byte[] result) {
        return new Reply(4, 0x12345678, 90_000, 17, digest(1), outcome, result);
    }

    /** An OPEN: base 0, the credential as operation, signed. */
    static byte[] openRequest() {
        Request open = new Request(0x12345678, 0, 555, true, ascii("credential"), counting(64, 0x10));
        return frame(CLIENT, open, macs(0, 1, 2, 3));
    }

    /** The seventeenth operation of a session. */
    static byte[] invokeRequest() {
        Request invoke = new Request(0x12345678, 90_000, 17, false, ascii("get key"), new byte[0]);
        return frame(CLIENT, invoke, macs(0, 2));
    }

    private static void agreement(SortedMap<String, byte[]> to) {
        to.put("pre-prepare", frame(0, new PrePrepare(4, 130, batch()), macs(1, 2, 3)));
        to.put("pre-prepare-null", frame(0, new PrePrepare(4, 131, Batch.of(List.of(), new byte[0])), macs(1, 2, 3)));
        to.put("pre-prepare-named", frame(0, new PrePrepare(4, 132, bigBatch()), macs(1, 2, 3)));
        Vote.Commit riding = new Vote.Commit(129, digest(7));
        to.put(
                "prepare-commits",
                frame(1, new Vote(Message.Type.PREPARE, 4, 130, digest(2), List.of(riding)), macs(0, 2, 3)));
        to.put("prepare", frame(1, new Vote(Message.Type.PREPARE, 4, 130, digest(2)), macs(0, 2, 3)));
        to.put("commit", frame(1, new Vote(Message.Type.COMMIT, 4, 130, digest(2)), macs(0, 2, 3)));
        to.put("checkpoint", frame(2, new Checkpoint(128, digest(3), false), macs(0, 1, 3)));
        to.put("checkpoint-stable", frame(2, new Checkpoint(128, digest(3), true), macs(0, 1, 3)));
        Bits prepared = Bits.ofSize(12);
        prepared.set(0);
        prepared.set(9);
        Bits committed = Bits.ofSize(12);
        committed.set(0);
        Bits lacking = Bits.ofSize(12);
        lacking.set(2);
        to.put("status", frame(3, new Status(4, 128, 129, 22, true, prepared, committed, lacking), macs(0, 1, 2)));
    }

    /** A batch of the two sample requests. */
    static Batch batch() {
        try {
            return Batch.of(
                    List.of(SignedRequest.read(openRequest()), SignedRequest.read(invokeRequest())), ascii("nondet"));
        } catch (MalformedException e) {
            throw new AssertionError("a sample request is refused", e);
        }
    }

    /** A batch of a request that goes to all replicas. */
    private static Batch bigBatch() {
        Request big = new Request(
                0x12345678, 90_000, 18, Request.Kind.OPERATION, 2, new byte[Limits.INLINE + 1], counting(64, 0x10));
        try {
            return Batch.of(List.of(SignedRequest.read(frame(CLIENT, big, macs(0, 2)))), new byte[0]);
        } catch (MalformedException e) {
            throw new AssertionError("a sample request is refused", e);
        }
    }

    private static void keys(SortedMap<String, byte[]> to) {
        NewKey.Entry one = new NewKey.Entry(1, new byte[16], counting(20, 0x30));
        NewKey.Entry three = new NewKey.Entry(3, counting(16, 0x70), counting(20, 0x50));
        Envelope.Signature signature = new Envelope.Signature(4096, counting(64, 0x80));
        to.put("new-key", frame(0, new NewKey(counting(16, 0x60), List.of(one, three)), signature));
        ClientKey clientKey = new ClientKey(2, ascii("credential"), counting(16, 0x60), counting(20, 0x30));
        to.put("client-key", frame(CLIENT, clientKey, signature));
        to.put("key-ask", frame(CLIENT, new KeyAsk(), UNSIGNED));
        to.put("key-request", frame(2, new KeyRequest(counting(16, 0x60)), UNSIGNED));
        to.put("key-ack", frame(2, new KeyAck(4096), macs(CLIENT)));
    }

    private static void transfer(SortedMap<String, byte[]> to) {
        to.put("fetch-root", frame(3, new Fetch(128, Fetch.Level.ROOT, List.of()), macs(0)));
        to.put("fetch-chunks", frame(3, new Fetch(128, Fetch.Level.CHUNK, List.of(0, 2)), macs(0)));
        to.put("fetch-pages", frame(3, new Fetch(128, Fetch.Level.PAGE, List.of(5, 600, 601)), macs(0)));
        to.put(
                "meta-data-root",
                frame(0, new MetaData(128, Fetch.Level.ROOT, 0, List.of(digest(4), digest(5))), UNSIGNED));
        to.put("meta-data-chunk", frame(0, new MetaData(128, Fetch.Level.CHUNK, 2, List.of(digest(6))), UNSIGNED));
        byte[] page = new byte[Limits.PAGE];
        page[0] = 1;
        page[Limits.PAGE - 1] = (byte) 0xFF;
        to.put("page-data", frame(0, new PageData(128, List.of(new PageData.Page(600, page))), UNSIGNED));
    }

    private static void viewChange(SortedMap<String, byte[]> to) {
        to.put("view-change", frame(2, viewChange(), macs(0, 1, 3)));
        to.put("view-change-empty", frame(2, new ViewChange(1, 0, List.of(), List.of(), List.of()), macs(0, 1, 3)));
        to.put("view-change-ack", frame(3, new ViewChangeAck(5, 2, digest(7)), macs(1)));
        to.put("hold", frame(3, new Hold(5, 130, digest(7), digest(8)), macs(0, 1, 2)));
        to.put("request-signature", frame(3, new SignatureAsked(digest(8)), macs(1001)));
        List<NewView.Vouched> vouched = List.of(
                new NewView.Vouched(0, digest(7)),
                new NewView.Vouched(1, digest(8)),
                new NewView.Vouched(2, digest(9)));
        List<Digest> chosen = List.of(digest(2), Batch.NULL.digest());
        to.put("new-view", frame(1, new NewView(5, vouched, 128, digest(3), chosen), macs(0, 2, 3)));
        to.put("decided", frame(0, new Decided(130, digest(2)), macs(3)));
        to.put("status-pending", frame(3, statusPending(), macs(0, 1, 2)));
        to.put("forwarded-view-change", frame(1, new ForwardedViewChange(2, viewChange()), UNSIGNED));
        to.put("body", frame(0, new Body(130, batch()), UNSIGNED));
    }

    private static StatusPending statusPending() {
        Bits viewChanges = Bits.ofSize(4);
        viewChanges.set(3);
        Bits committed = Bits.ofSize(12);
        committed.set(9);
        return new StatusPending(
                5, 128, 129, 22, true, viewChanges, committed, List.of(new StatusPending.Missing(130, digest(2))));
    }

    /** Two checkpoints, one batch prepared in view 4 and another pre-prepared before it. */
    static ViewChange viewChange() {
        ViewChange.Entry last = new ViewChange.Entry(130, digest(2), 4);
        return new ViewChange(
                5,
                128,
                List.of(new ViewChange.Held(128, digest(3)), new ViewChange.Held(256, digest(4))),
                List.of(last),
                List.of(last, new ViewChange.Entry(130, digest(5), 3)));
    }

    private static byte[] frame(int sender, Message message, Envelope.Auth auth) {
        return Envelope.complete(Envelope.open(CLUSTER, sender, message), auth);
    }

    private static Envelope.Macs macs(int... receivers) {
        return new Envelope.Macs(Arrays.stream(receivers)
                .mapToObj(r -> new Envelope.Mac(r, 0x1000 + r, counting(Envelope.TAG, r & 0xff)))
                .toList());
    }

    private static Digest digest(int seed) {
        return Digest.read(counting(Digest.BYTES, seed * 0x11), 0);
    }

    /** So many bytes, counting up from the first. */
    static byte[] counting(int length, int first) {
        byte[] bytes = new byte[length];
        for (int i = 0; i < length; i++) {
            bytes[i] = (byte) (first + i);
        }
        return bytes;
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }
}
