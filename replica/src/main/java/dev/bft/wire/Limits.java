package dev.bft.wire;

/** The bounds of everything on the wire, in one place. Sizes are bytes. */
public final class Limits {
    /** The most replicas: f = 10. */
    public static final int REPLICAS = 31;
    /** The longest frame. */
    public static final int FRAME = 2 << 20;
    /** The longest operation of a request: a value of 1 MiB, its key and some framing. */
    public static final int OPERATION = (1 << 20) + 4096;
    /** The longest result of an operation. */
    public static final int RESULT = (1 << 20) + 4096;
    /** The most requests in a batch. */
    public static final int BATCH_REQUESTS = 4096;
    /** The longest request frame inside a batch. */
    public static final int REQUEST_FRAME = OPERATION + 4096;
    /** The longest log (L). */
    public static final int LOG = 1 << 11;
    /**
     * The longest operation that the primary passes on. Of a longer one each copy would cost it more than the frame that
     * its client sends to each backup costs them.
     */
    public static final int INLINE = 1 << 10;
    /** The most bytes of requests in a batch that was proposed by names: one frame brings it to whoever lacks them. */
    public static final int NAMED_BATCH = FRAME - (32 << 10);
    /** The most COMMITs that ride on one message. */
    public static final int COMMITS = 64;
    /** The longest signature. */
    public static final int SIGNATURE = 128;
    /** The longest sealed session key. */
    public static final int SEALED = 256;
    /** The longest client credential. */
    public static final int CREDENTIAL = 512;
    /** The most digests in one answer to a fetch. */
    public static final int DIGESTS = 1 << 14;
    /** The most pages in one fetch or its answer. */
    public static final int PAGES = 64;
    /** A page. */
    public static final int PAGE = 4096;
    /** The most checkpoints in one VIEW-CHANGE. */
    public static final int CHECKPOINTS = LOG + 1;
    /** The most elements of P, or of Q, in one VIEW-CHANGE. */
    public static final int ENTRIES = 1 << 15;
    /** The most batches that one NEW-VIEW chooses. */
    public static final int CHOSEN = LOG;
    /** The most batches asked for in one STATUS-PENDING. */
    public static final int MISSING = 256;
    /** A nonce. */
    public static final int NONCE = 16;

    private Limits() {}
}
