package dev.bft.auth;

import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Out;

/** The byte strings that bind a session key to who may use it: both sides must build the same. */
public final class KeyContext {
    private static final byte[] SEALING = Digest.tag("bft/key/1");
    private static final byte[] CLIENT_KEY = Digest.tag("bft/client-key/1");

    private KeyContext() {}

    /** The context a session key is sealed in: the cluster, and from whom to whom. */
    public static byte[] sealing(Cluster cluster, int sender, int receiver) {
        return new Out(64)
                .fixed(SEALING)
                .fixed(cluster.id())
                .i32(cluster.epoch())
                .i32(sender)
                .i32(receiver)
                .toBytes();
    }

    /** What a client signs in a CLIENT-KEY: the key's id and the digest of header and body. */
    public static byte[] clientKey(long counter, Digest envelope) {
        return new Out(64).fixed(CLIENT_KEY).i64(counter).digest(envelope).toBytes();
    }
}
