package dev.bft.sim;

import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Limits;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.SignedRequest;
import dev.bft.wire.Vote;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What stands in a frame that some core made, read without making messages of it. */
final class Frames {
    /** Where the first number of a body stands: the view, in most messages. */
    static final int VIEW_AT = Envelope.HEADER;
    /** Where the second one stands: the seqno, in most messages. */
    static final int SEQNO_AT = VIEW_AT + Long.BYTES;
    /** Where the digest of a vote stands, or the batch of a PRE-PREPARE. */
    static final int DIGEST_AT = SEQNO_AT + Long.BYTES;

    /** Where the kind of a REQUEST stands: after session, base and number. */
    private static final int KIND_AT = VIEW_AT + Integer.BYTES + 2 * Long.BYTES;

    private static final int READ = 2;
    private static final int REVOKE = 3;
    private static final int TYPE_AT = 3;
    private static final int RIDING = Long.BYTES + Digest.BYTES;
    private static final int BODY_LENGTH_AT = Envelope.HEADER - Integer.BYTES;
    private static final Message.Type[] TYPES = Message.Type.values();

    private Frames() {}

    static Message.Type type(byte[] frame) {
        return TYPES[frame[TYPE_AT] - 1];
    }

    /** Also of a frame that is damaged, or cut short. */
    static boolean isOf(Message.Type type, byte[] frame) {
        return frame.length > TYPE_AT && frame[TYPE_AT] == type.code();
    }

    static Position position(byte[] frame) {
        return new Position(number(frame, VIEW_AT), number(frame, SEQNO_AT));
    }

    /** Whether a REQUEST is one that only reads. */
    static boolean reads(byte[] frame) {
        return frame[KIND_AT] == READ;
    }

    /** Whether a REQUEST is the revocation of a client. */
    static boolean revokes(byte[] frame) {
        return frame[KIND_AT] == REVOKE;
    }

    /** The COMMITs that ride on a frame, which may be damaged: none if they cannot be read. */
    static List<Vote.Commit> riding(byte[] frame) {
        boolean proposal = isOf(Message.Type.PRE_PREPARE, frame);
        if (!proposal && !isOf(Message.Type.PREPARE, frame) && !isOf(Message.Type.COMMIT, frame)) {
            return List.of();
        }
        int at = proposal ? DIGEST_AT : DIGEST_AT + Digest.BYTES;
        long count = at + Long.BYTES > frame.length ? 0 : number(frame, at) >>> Integer.SIZE;
        at += Integer.BYTES;
        if (count > Limits.COMMITS || at + count * RIDING > frame.length) {
            return List.of();
        }
        List<Vote.Commit> riding = new ArrayList<>();
        for (; riding.size() < count; at += RIDING) {
            riding.add(new Vote.Commit(number(frame, at), Digest.read(frame, at + Long.BYTES)));
        }
        return riding;
    }

    /** The digest of the body. */
    static Digest fields(byte[] frame) {
        return Digest.ofRange(frame, Envelope.HEADER, end(frame) - Envelope.HEADER);
    }

    private static int end(byte[] frame) {
        return VIEW_AT + (int) (number(frame, BODY_LENGTH_AT) >>> Integer.SIZE);
    }

    static Message message(byte[] frame) {
        return envelope(frame).message();
    }

    static Envelope envelope(byte[] frame) {
        try {
            return Envelope.read(frame);
        } catch (MalformedException e) {
            throw new IllegalStateException(
                    "a replica made a frame that nobody can read: type " + frame[TYPE_AT] + ", " + e.getMessage(), e);
        }
    }

    static SignedRequest request(byte[] frame) {
        try {
            return SignedRequest.read(frame);
        } catch (MalformedException e) {
            throw new IllegalStateException("a client made a request that nobody can read", e);
        }
    }

    /** A frame that may be damaged on its way, if it can still be read. */
    static Optional<Envelope> arrived(byte[] frame) {
        try {
            return Optional.of(Envelope.read(frame));
        } catch (MalformedException e) {
            return Optional.empty();
        }
    }

    static long number(byte[] bytes, int at) {
        long value = 0;
        for (int i = at; i < at + Long.BYTES; i++) {
            value = value << 8 | (bytes[i] & 0xff);
        }
        return value;
    }
}
