package dev.bft.net;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;

/** The frames waiting for one peer or link, in order and bounded: a new one drops the oldest that has not begun. */
final class Outbox {
    private static final int HEADER = 4;

    private final ArrayDeque<byte[]> frames = new ArrayDeque<>();
    private final int bytesMax;
    private final Losses losses;
    private int framesMax;
    private int headSent;
    private int bytes;

    Outbox(int framesMax, int bytesMax, Losses losses) {
        this.framesMax = framesMax;
        this.bytesMax = bytesMax;
        this.losses = losses;
    }

    void add(byte[] frame) {
        frames.add(frame);
        bytes += HEADER + frame.length;
        trim();
    }

    /** Changes how many frames may wait; drops what is too much. */
    void limit(int newFramesMax) {
        framesMax = newFramesMax;
        trim();
    }

    private void trim() {
        while (isOver()) {
            byte[] head = frames.remove();
            if (headSent == 0) {
                drop(head);
            } else {
                drop(frames.remove());
                frames.addFirst(head);
            }
        }
    }

    /** The newest frame stays, and one that has begun. */
    private boolean isOver() {
        int kept = headSent == 0 ? 1 : 2;
        return frames.size() > kept && (frames.size() > framesMax || bytes > bytesMax);
    }

    private void drop(byte[] frame) {
        bytes -= HEADER + frame.length;
        losses.count(Loss.QUEUE_FULL);
    }

    /** Copies what comes next, as much as fits; nothing is taken out before {@link #sent}. */
    void fill(ByteBuffer target) {
        int skip = headSent;
        for (byte[] frame : frames) {
            skip = copyHeader(frame.length, skip, target);
            int count = Math.min(frame.length - skip, target.remaining());
            target.put(frame, skip, count);
            if (!target.hasRemaining()) {
                return;
            }
            skip = 0;
        }
    }

    /** Copies what is left of the header; returns how much of the body is to be skipped. */
    private static int copyHeader(int length, int skip, ByteBuffer target) {
        for (int i = skip; i < HEADER && target.hasRemaining(); i++) {
            target.put((byte) (length >>> (24 - 8 * i)));
        }
        return Math.max(0, skip - HEADER);
    }

    /** So many of the bytes that {@link #fill} copied are on their way. */
    void sent(int count) {
        int left = count;
        while (left > 0) {
            int rest = HEADER + frames.element().length - headSent;
            if (left < rest) {
                headSent += left;
                return;
            }
            left -= rest;
            bytes -= HEADER + frames.remove().length;
            headSent = 0;
        }
    }

    /** The connection is a new one: a frame half sent on the old one starts again. */
    void restart() {
        headSent = 0;
    }

    boolean isEmpty() {
        return frames.isEmpty();
    }

    /** The bytes of memory held. */
    int memory() {
        return bytes;
    }
}
