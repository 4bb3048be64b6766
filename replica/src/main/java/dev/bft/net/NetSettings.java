package dev.bft.net;

/**
 * The bounds of a transport: everything that another node can make grow. Sizes are bytes, times nanoseconds.
 *
 * @param frameMax the longest frame
 * @param strangerFrameMax the longest frame on a link that is not trusted
 * @param peerQueueBytes what may wait for one dialled peer
 * @param linkQueueBytes what may wait for one incoming link
 * @param queueFrames frames that may wait for one peer or link
 * @param linksMax incoming links
 * @param linksPerAddress incoming links from one remote address
 * @param linksMemory what all incoming links together may hold, frames half read and frames not yet written
 * @param strangerLife how long an incoming link may stay without being trusted
 */
public record NetSettings(
        int frameMax,
        int strangerFrameMax,
        int peerQueueBytes,
        int linkQueueBytes,
        int queueFrames,
        int linksMax,
        int linksPerAddress,
        long linksMemory,
        long strangerLife) {

    /** The settings of decisions.md 7. */
    public static NetSettings standard() {
        return new NetSettings(2 << 20, 64 << 10, 8 << 20, 4 << 20, 16384, 1024, 512, 64L << 20, 10_000_000_000L);
    }

    /** The same with these limits of a frame. */
    public NetSettings withFrames(int max, int strangerMax) {
        return new NetSettings(
                max,
                strangerMax,
                peerQueueBytes,
                linkQueueBytes,
                queueFrames,
                linksMax,
                linksPerAddress,
                linksMemory,
                strangerLife);
    }

    /** The same with so many incoming links, three quarters of them from one address at most. */
    public NetSettings withLinks(int max) {
        return new NetSettings(
                frameMax,
                strangerFrameMax,
                peerQueueBytes,
                linkQueueBytes,
                queueFrames,
                max,
                Math.max(1, max - max / 4),
                linksMemory,
                strangerLife);
    }

    /** The same within so many bytes, half of them for what waits for the other nodes. */
    public NetSettings withMemory(long bytes, int nodes) {
        long each = Math.max(2L * frameMax, Math.min(peerQueueBytes, bytes / 2 / nodes));
        return new NetSettings(
                frameMax,
                strangerFrameMax,
                (int) each,
                (int) Math.max(2L * frameMax, Math.min(linkQueueBytes, bytes / 2)),
                queueFrames,
                linksMax,
                linksPerAddress,
                Math.min(linksMemory, bytes / 2),
                strangerLife);
    }

    /** Checks that one frame always fits a queue. */
    public NetSettings {
        if (strangerFrameMax > frameMax || frameMax >= Math.min(peerQueueBytes, linkQueueBytes)) {
            throw new IllegalArgumentException("a queue must hold more than one frame of " + frameMax + " bytes");
        }
    }
}
