package dev.bft.net;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import java.util.Optional;

/** One connection that stands: reads frames out of it, writes what waits in its outbox. */
final class Link {
    private static final ByteBuffer NONE = ByteBuffer.allocate(0);
    /** Buffers written in one go before others have their turn. */
    private static final int ROUNDS = 4;
    /** So often a link is asked for few acknowledgements, if it is used: the kernel forgets that. Nanoseconds. */
    private static final long QUIET = 10_000_000L;
    /**
     * What the frames of a link may take of the owner's time before others have their turn, in nanoseconds: a stranger's,
     * one's that proved to be somebody, a replica's, for which clients must not make agreement wait.
     */
    private static final long STRANGERS_TURN = 50_000L;

    private static final long TURN = 250_000L;
    private static final long REPLICAS_TURN = 2_000_000L;
    /** Who took more than a turn waits for so many turns at most: it may have been the machine that took it. */
    private static final int DEBT = 8;

    private final long number;
    private final SocketChannel channel;
    private final SelectionKey key;
    private final Outbox outbox;
    private final Inbox inbox;
    private final NetSettings settings;
    private final InetAddress remote;

    private boolean trusted;
    private long turn = STRANGERS_TURN;
    /** What is left of its turn, and when it had the last one. */
    private long left = STRANGERS_TURN;

    private long round;
    private boolean spoke;
    /** Came in behind a frame that must wait for the link's turn, or until it is trusted; nothing is read meanwhile. */
    private ByteBuffer held = NONE;

    private boolean waits;

    private boolean paused;
    /** Nothing is handed over before. */
    private long muteUntil = Long.MIN_VALUE;

    private boolean mute;
    private boolean unwritten;
    private long since;
    private long heard;
    private long fullSince;
    private long charged;
    private long quietAt;

    Link(long number, SelectionKey key, Outbox outbox, NetSettings settings) {
        this.number = number;
        this.channel = (SocketChannel) key.channel();
        this.key = key;
        this.outbox = outbox;
        this.settings = settings;
        this.inbox = new Inbox(settings.frameMax());
        this.remote = channel.socket().getInetAddress();
    }

    long number() {
        return number;
    }

    Outbox outbox() {
        return outbox;
    }

    InetAddress remote() {
        return remote;
    }

    /** The link stands since now. */
    void begin(long now) {
        since = now;
        heard = now;
        quietAt = now - QUIET;
    }

    /** Reads once and hands over the frames that are complete. */
    void read(ByteBuffer shared, Receiver receiver, long now) throws IOException, CutException {
        shared.clear();
        if (!trusted) {
            shared.limit(Math.min(shared.capacity(), settings.strangerFrameMax()));
        }
        int count = channel.read(shared);
        if (count < 0) {
            throw new CutException(inbox.isMidFrame() ? Loss.TRUNCATED : Loss.LINK_LOST);
        }
        heard = now;
        if (now - quietAt >= QUIET) {
            quietAt = now;
            Sockets.quiet(channel);
        }
        shared.flip();
        deliver(shared, receiver);
    }

    /** Goes on where a frame had to wait. */
    void resume(Receiver receiver) throws CutException {
        waits = false;
        if (isOpen() && !mute && (!paused || trusted)) {
            ByteBuffer rest = held;
            held = NONE;
            paused = false;
            key.interestOpsOr(SelectionKey.OP_READ);
            deliver(rest, receiver);
        }
    }

    /** Whether it has its turn in this round; else it {@link #waits}. */
    boolean isItsTurn(long now) {
        left = Math.min(turn, left + (now - round) * turn);
        round = now;
        if (left <= 0) {
            waitForTurn();
        }
        return left > 0;
    }

    private void waitForTurn() {
        waits = true;
        key.interestOpsAnd(~SelectionKey.OP_READ);
    }

    /** Whether it is to be resumed when it has its turn. */
    boolean waits() {
        return waits;
    }

    /** Nothing is read, nor handed over, before this time: TCP lets the other side wait. */
    void mute(long until) {
        muteUntil = Math.max(muteUntil, until);
        mute = true;
        key.interestOpsAnd(~SelectionKey.OP_READ);
    }

    /** Whether it was mute and is no longer. */
    boolean isMuteOver(long now) {
        boolean over = mute && now >= muteUntil;
        mute &= !over;
        return over;
    }

    private void deliver(ByteBuffer source, Receiver receiver) throws CutException {
        long before = System.nanoTime();
        while (source.hasRemaining() || inbox.isMidFrame()) {
            if (mute) {
                hold(source);
                return;
            }
            if (left <= 0) {
                hold(source);
                waitForTurn();
                return;
            }
            int length = inbox.announced(source);
            if (length == 0) {
                return;
            }
            if (!trusted && length > settings.strangerFrameMax()) {
                pause(source);
                return;
            }
            Optional<byte[]> frame = inbox.frame(source);
            if (frame.isEmpty()) {
                return;
            }
            spoke = true;
            receiver.received(number, frame.get());
            long after = System.nanoTime();
            left = Math.max(-DEBT * turn, left - (after - before));
            before = after;
        }
    }

    /**
     * A stranger's frame above the limit. If the stranger has said something before, the coprocessor may be about
     * to open its key: the kernel keeps the rest until the link is trusted or too old.
     */
    private void pause(ByteBuffer source) throws CutException {
        if (!spoke) {
            throw new CutException(Loss.STRANGER_TOO_LONG);
        }
        hold(source);
        paused = true;
        key.interestOpsAnd(~SelectionKey.OP_READ);
    }

    private void hold(ByteBuffer source) {
        held = source.isDirect()
                ? ByteBuffer.allocate(source.remaining()).put(source).flip()
                : source;
    }

    /** Writes what waits; true if there is more that could be written at once. */
    boolean write(ByteBuffer shared, long now) throws IOException {
        for (int round = 0; round < ROUNDS && !outbox.isEmpty(); round++) {
            shared.clear();
            outbox.fill(shared);
            shared.flip();
            int count = channel.write(shared);
            outbox.sent(count);
            if (shared.hasRemaining()) {
                fullSince = isFull() && count == 0 ? fullSince : now;
                key.interestOpsOr(SelectionKey.OP_WRITE);
                return false;
            }
        }
        key.interestOpsAnd(~SelectionKey.OP_WRITE);
        return !outbox.isEmpty();
    }

    /** Whether the socket is full: the selector will say when to go on. */
    boolean isFull() {
        return key.isValid() && (key.interestOps() & SelectionKey.OP_WRITE) != 0;
    }

    /** Notes that the owner will write; false if it was noted before. */
    boolean markUnwritten() {
        boolean fresh = !unwritten;
        unwritten = true;
        return fresh;
    }

    /** The owner writes now. */
    void clearUnwritten() {
        unwritten = false;
    }

    boolean isOpen() {
        return key.isValid();
    }

    /** A message on this link was authenticated, of a replica or of a client. */
    void trust(boolean replica) {
        trusted = true;
        turn = replica ? REPLICAS_TURN : Math.max(turn, TURN);
    }

    boolean isTrusted() {
        return trusted;
    }

    /** Whether a frame waits for this link to be trusted. */
    boolean isPaused() {
        return paused;
    }

    long age(long now) {
        return now - since;
    }

    long silence(long now) {
        return now - heard;
    }

    /** How long the other side has taken nothing of what waits for it. */
    long stall(long now) {
        return isFull() ? now - fullSince : 0;
    }

    /** The bytes of memory held. */
    long memory() {
        return (long) outbox.memory() + inbox.memory() + held.capacity();
    }

    /** By how much the memory held has changed since this was last asked. */
    long memoryChange() {
        long change = memory() - charged;
        charged += change;
        return change;
    }

    /** The memory counted so far. */
    long charged() {
        return charged;
    }

    void close() {
        key.cancel();
        Sockets.close(channel);
    }
}
