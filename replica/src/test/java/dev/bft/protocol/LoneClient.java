package dev.bft.protocol;

import dev.bft.auth.KeyContext;
import dev.bft.auth.MacKey;
import dev.bft.wire.Batch;
import dev.bft.wire.ClientKey;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.KeyAsk;
import dev.bft.wire.KeyRequest;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.PrePrepare;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Vote;
import java.util.List;

/** A client of a {@link Lone} backup that shares a key with it, and the other replicas that order what it asks for. */
final class LoneClient {
    private static final long LINK = 900;
    private static final long KEY = 5;

    private final Lone backup;
    private final MacKey key = new MacKey(KEY, new byte[MacKey.BYTES]);
    private int read;

    LoneClient(Lone backup) {
        this.backup = backup;
        give(Envelope.complete(Envelope.open(backup.cluster, Group.CLIENT, new KeyAsk()), new Envelope.Unsigned()));
        KeyRequest asked = (KeyRequest) backup.told.get(backup.told.size() - 1);
        ClientKey message = new ClientKey(backup.id, Group.CREDENTIAL, asked.nonce(), new byte[MacKey.BYTES]);
        byte[] open = Envelope.open(backup.cluster, Group.CLIENT, message);
        byte[] signature = PlainKeys.clientSign(Group.CREDENTIAL, KeyContext.clientKey(KEY, Digest.of(open)));
        give(Envelope.complete(open, new Envelope.Signature(KEY, signature)));
    }

    private void give(byte[] frame) {
        backup.give(new Event.Received(LINK, frame));
    }

    private byte[] frame(Request request) {
        byte[] open = Envelope.open(backup.cluster, Group.CLIENT, request);
        Envelope.Mac mac = new Envelope.Mac(backup.id, key.id(), key.tag(Digest.of(open)));
        return Envelope.complete(open, new Envelope.Macs(List.of(mac)));
    }

    /** Sends this to the backup. */
    void ask(Request request) {
        give(frame(request));
    }

    /** A batch with this request. */
    Batch batch(Request request) {
        try {
            return Batch.of(List.of(SignedRequest.read(frame(request))), new byte[0]);
        } catch (MalformedException e) {
            throw new AssertionError(e);
        }
    }

    /** The opening of session 1; being the first, it gets base 1. */
    Batch opening() {
        Request unsigned = new Request(1, 0, 77, true, Group.CREDENTIAL, new byte[0]);
        byte[] signed = Request.signedBytes(backup.cluster, unsigned.digest(Group.CLIENT));
        byte[] signature = PlainKeys.clientSign(Group.CREDENTIAL, signed);
        return batch(new Request(1, 0, 77, true, Group.CREDENTIAL, signature));
    }

    /** What reads, as number {@code number} of session 1, with an answer of this length. */
    static Request reading(long number, int length, int replier) {
        return new Request(1, 1, number, Request.Kind.READ, replier, new byte[] {0, (byte) length}, new byte[0]);
    }

    /** The others propose a batch and prepare it. */
    void prepare(long view, long seqno, Batch batch) {
        backup.say((int) (view % 4), new PrePrepare(view, seqno, batch));
        backup.sync();
        others(view, new Vote(Message.Type.PREPARE, view, seqno, batch.digest()));
    }

    private void others(long view, Message message) {
        for (int i = 0; i < 4; i++) {
            if (i != backup.id && i != view % 4) {
                backup.say(i, message);
            }
        }
    }

    /** The others commit it; what they say is all that the backup needs. */
    void commit(long view, long seqno, Batch batch) {
        for (int i = 0; i < 4; i++) {
            if (i != backup.id) {
                backup.say(i, new Vote(Message.Type.COMMIT, view, seqno, batch.digest()));
            }
        }
    }

    /** The batch is proposed, prepared and committed, with all on disk. */
    void order(long view, long seqno, Batch batch) {
        prepare(view, seqno, batch);
        backup.sync();
        commit(view, seqno, batch);
        backup.sync();
    }

    /** The replies since the last call. */
    List<Reply> replies() {
        List<Reply> fresh = backup.told.subList(read, backup.told.size()).stream()
                .filter(Reply.class::isInstance)
                .map(Reply.class::cast)
                .toList();
        read = backup.told.size();
        return fresh;
    }

    /** The one reply since the last call. */
    Reply reply() {
        List<Reply> replies = replies();
        if (replies.size() != 1) {
            throw new AssertionError("replies: " + replies);
        }
        return replies.get(0);
    }
}
