package dev.bft.wire;

import java.util.ArrayList;
import java.util.List;

/**
 * A frame: header, body, authentication (bft-wire(5)).
 *
 * <pre>
 * magic 0xBF50 (2)  version (1)  type (1)  cluster (16)  epoch (4)  sender (4)  body length (4)  body
 * 0 | 1 count (4) { receiver (4) key id (8) tag (16) }* | 2 counter (8) length (4) signature
 * </pre>
 *
 * <p>MACs and signatures cover the SHA-256 digest of header and body, so their cost does not grow with the number
 * of receivers times the size (section 2.1).
 */
public final class Envelope {
    /** The bytes of a header. */
    public static final int HEADER = 32;

    /** The bytes of a MAC tag. */
    public static final int TAG = 16;

    private static final int TYPE_AT = 3;
    private static final int MAGIC = 0xBF50;
    private static final int VERSION = 2;
    private static final int MACS_MAX = Limits.REPLICAS;

    /** How a frame is authenticated. */
    public sealed interface Auth {}

    /** Not at all: the content proves itself, or nothing depends on it. */
    public record Unsigned() implements Auth {}

    /** One MAC for each receiver, increasing by receiver: an authenticator, or a single MAC. */
    public record Macs(List<Mac> macs) implements Auth {
        /** The MAC for a receiver, or an absent one with key id -1. */
        public Mac of(int receiver) {
            for (Mac mac : macs) {
                if (mac.receiver == receiver) {
                    return mac;
                }
            }
            return new Mac(receiver, -1, new byte[TAG]);
        }
    }

    /**
     * A MAC.
     *
     * @param receiver the principal that can check it
     * @param key the id of the key
     * @param tag 16 bytes
     */
    public record Mac(int receiver, long key, byte[] tag) {}

    /** A signature, and the counter inside what was signed. */
    public record Signature(long counter, byte[] bytes) implements Auth {}

    private final byte[] frame;
    private final int bodyEnd;
    private final int sender;
    private final Cluster cluster;
    private final Message message;
    private final Auth auth;

    private Envelope(byte[] frame, int bodyEnd, Header header, Message message, Auth auth) {
        this.frame = frame;
        this.bodyEnd = bodyEnd;
        this.sender = header.sender;
        this.cluster = header.cluster;
        this.message = message;
        this.auth = auth;
    }

    private record Header(Cluster cluster, int sender) {}

    /** The header and body of a message, ready to be digested and then completed with {@link #complete}. */
    public static byte[] open(Cluster cluster, int sender, Message message) {
        Out out = new Out(256);
        out.u8(MAGIC >> 8).u8(MAGIC & 0xff).u8(VERSION).u8(message.type().code());
        out.fixed(cluster.id()).i32(cluster.epoch()).i32(sender).i32(0);
        message.write(out);
        out.patch(HEADER - 4, out.size() - HEADER);
        return out.toBytes();
    }

    /** A whole frame: header and body, then the authentication. */
    public static byte[] complete(byte[] open, Auth auth) {
        Out out = new Out(open.length + 160);
        out.fixed(open);
        if (auth instanceof Macs macs) {
            out.u8(1).i32(macs.macs.size());
            for (Mac mac : macs.macs) {
                out.i32(mac.receiver).i64(mac.key).fixed(mac.tag);
            }
        } else if (auth instanceof Signature signature) {
            out.u8(2).i64(signature.counter).bytes(signature.bytes);
        } else {
            out.u8(0);
        }
        return out.toBytes();
    }

    /** Another message of this sender, which it did not authenticate. */
    Envelope with(Message other) {
        byte[] open = open(cluster, sender, other);
        Auth none = new Unsigned();
        return new Envelope(complete(open, none), open.length, new Header(cluster, sender), other, none);
    }

    /** Whether a frame that {@link #complete} made holds a message of this type. */
    public static boolean holds(byte[] frame, Message.Type type) {
        return frame[TYPE_AT] == type.code();
    }

    /** Parses a frame that must hold a request: a batch with a batch in it is refused before it is looked into. */
    static Envelope readRequest(byte[] frame) throws MalformedException {
        if (frame.length <= TYPE_AT || frame[TYPE_AT] != Message.Type.REQUEST.code()) {
            throw new MalformedException("not a request");
        }
        return read(frame);
    }

    /** Parses a frame; nothing in it is authentic yet. */
    public static Envelope read(byte[] frame) throws MalformedException {
        In in = new In(frame);
        if ((in.u8() << 8 | in.u8()) != MAGIC) {
            throw new MalformedException("not a bft frame");
        }
        if (in.u8() != VERSION) {
            throw new MalformedException("unknown wire version");
        }
        Message.Type type = Message.Type.of(in.u8());
        Header header = new Header(new Cluster(in.fixed(Cluster.ID_BYTES), in.i32()), in.i32());
        int length = in.count(Limits.FRAME);
        int bodyEnd = in.position() + length;
        in.skip(length);
        Message message = Message.read(type, new In(frame, HEADER, bodyEnd));
        Auth auth = readAuth(in);
        in.end();
        return new Envelope(frame, bodyEnd, header, message, auth);
    }

    private static Auth readAuth(In in) throws MalformedException {
        return switch (in.u8()) {
            case 0 -> new Unsigned();
            case 1 -> readMacs(in);
            case 2 -> new Signature(in.number(), in.bytes(Limits.SIGNATURE));
            default -> throw new MalformedException("unknown authentication");
        };
    }

    private static Macs readMacs(In in) throws MalformedException {
        int count = in.count(MACS_MAX);
        List<Mac> macs = new ArrayList<>();
        int last = -1;
        for (int i = 0; i < count; i++) {
            Mac mac = new Mac(in.i32(), in.i64(), in.fixed(TAG));
            if (mac.receiver <= last) {
                throw new MalformedException("receivers not increasing");
            }
            last = mac.receiver;
            macs.add(mac);
        }
        return new Macs(macs);
    }

    /** The digest that MACs and signatures cover: of header and body. */
    public Digest digest() {
        return Digest.ofRange(frame, 0, bodyEnd);
    }

    /** The whole frame. */
    public byte[] frame() {
        return frame;
    }

    /** The principal that claims to have sent it. */
    public int sender() {
        return sender;
    }

    /** Whether it belongs to this cluster and epoch. */
    public boolean isOf(Cluster other) {
        return cluster.epoch() == other.epoch() && java.util.Arrays.equals(cluster.id(), other.id());
    }

    /** The body. */
    public Message message() {
        return message;
    }

    /** The authentication, unchecked. */
    public Auth auth() {
        return auth;
    }
}
