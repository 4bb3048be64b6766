package dev.bft.sim;

import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.Message;
import dev.bft.wire.NewKey;
import dev.bft.wire.Vote;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * What the certificates of correct replicas rest on: enough messages that others sent, not itself (12.1-27), under
 * keys that were its newest when the last of them came (12.1-18). Whatever was complete once stays so.
 */
final class Freshness {
    private static final Message.Type[] TYPES = Message.Type.values();
    private static final int TYPE_AT = 3;
    private static final int SENDER_AT = 24;
    private static final int VIEW_AT = Envelope.HEADER;
    private static final int VOTE = 2 * Long.BYTES + Digest.BYTES;
    private static final int DECIDED = Long.BYTES + Digest.BYTES;
    private static final int CHECKPOINT = DECIDED + 1;
    private static final int MAC = Integer.BYTES + Long.BYTES + Envelope.TAG;
    private static final long ANY_VIEW = -1;

    private final Plan plan;
    /** The id of the key that a replica gave another: by both. */
    private final long[][] keys;
    /** The nonce of the present boot of each replica, as its NEW-KEYs say. */
    private final byte[][] nonces;
    /** The first key that a replica gave another for a boot of that one. */
    private final Map<Greeting, Long> greetings = new HashMap<>();

    /** The ids of the keys under which others made the same statement, by who made it. */
    private final Map<Statement, long[]> heard = new HashMap<>();

    private final Set<Statement> complete = new HashSet<>();
    /** What a replica may take for committed. */
    private final Set<Statement> decided = new HashSet<>();

    /** Something that a replica was told. */
    private record Statement(int replica, Message.Type type, long view, long seqno, Digest batch) {}

    /** A key that a replica gave another, for the boot with a nonce. */
    private record Greeting(int by, int to, ByteBuffer nonce) {}

    Freshness(Plan plan) {
        this.plan = plan;
        this.nonces = new byte[plan.replicas()][0];
        this.keys = new long[plan.replicas()][plan.replicas()];
    }

    /** A replica gives others new keys: what they say under older ones counts no more. */
    void refreshes(int replica, NewKey m, long counter) {
        nonces[replica] = m.nonce();
        for (NewKey.Entry entry : m.entries()) {
            greetings.putIfAbsent(new Greeting(replica, entry.receiver(), ByteBuffer.wrap(entry.echo())), counter);
            keys[replica][entry.receiver()] = Math.max(keys[replica][entry.receiver()], counter);
        }
    }

    /**
     * A replica speaks to all: under keys of this boot. One that was recorded before the boot may be in the hands of
     * whoever had the replica then, so another's keys count from the first on that was made for this boot (section 2.4).
     */
    void speaks(int replica, Envelope envelope) {
        if (!(envelope.auth() instanceof Envelope.Macs all)) {
            return;
        }
        for (Envelope.Mac mac : all.macs()) {
            int to = mac.receiver();
            Greeting greeting = new Greeting(to, replica, ByteBuffer.wrap(nonces[replica]));
            Violation.unless(
                    plan.isTraitor(to) || mac.key() >= greetings.getOrDefault(greeting, Long.MAX_VALUE),
                    "key-freshness",
                    () -> "replica " + replica + " speaks to " + to + " under a key of an earlier boot");
        }
    }

    /** A frame arrives, whole or not. */
    void hears(int replica, byte[] frame) {
        if (frame.length < VIEW_AT + DECIDED) {
            return;
        }
        ByteBuffer in = ByteBuffer.wrap(frame);
        int code = frame[TYPE_AT] - 1;
        if (code < 0 || code >= TYPES.length) {
            return;
        }
        Message.Type type = TYPES[code];
        if (type == Message.Type.DECIDED) {
            Digest batch = Digest.read(frame, VIEW_AT + Long.BYTES);
            hears(new Statement(replica, type, ANY_VIEW, in.getLong(VIEW_AT), batch), in, DECIDED);
        } else if (type == Message.Type.CHECKPOINT) {
            Digest state = Digest.read(frame, VIEW_AT + Long.BYTES);
            hears(new Statement(replica, type, ANY_VIEW, in.getLong(VIEW_AT), state), in, CHECKPOINT);
        } else if (frame.length >= VIEW_AT + VOTE) {
            hearsVotes(replica, type, frame, in);
        }
    }

    private void hearsVotes(int replica, Message.Type type, byte[] frame, ByteBuffer in) {
        long view = in.getLong(VIEW_AT);
        int body = Math.max(0, in.getInt(VIEW_AT - Integer.BYTES));
        if (type == Message.Type.PREPARE || type == Message.Type.COMMIT) {
            Digest batch = Digest.read(frame, VIEW_AT + 2 * Long.BYTES);
            hears(new Statement(replica, type, view, in.getLong(VIEW_AT + Long.BYTES), batch), in, body);
        }
        for (Vote.Commit c : Frames.riding(frame)) {
            hears(new Statement(replica, Message.Type.COMMIT, view, c.seqno(), c.batch()), in, body);
        }
    }

    private void hears(Statement statement, ByteBuffer in, int body) {
        int sender = in.getInt(SENDER_AT);
        if (sender < 0 || sender >= plan.replicas() || sender == statement.replica) {
            return;
        }
        long key = keyFor(statement.replica, in, VIEW_AT + body);
        if (key != keys[statement.replica][sender] || complete.contains(statement)) {
            return;
        }
        long[] under = heard.computeIfAbsent(statement, s -> new long[plan.replicas()]);
        under[sender] = key;
        if (isEnough(statement, under)) {
            heard.remove(statement);
            complete.add(statement);
            if (statement.type == Message.Type.COMMIT || statement.type == Message.Type.DECIDED) {
                decided.add(taken(statement.replica, statement.seqno, statement.batch));
            }
        }
    }

    private static Statement taken(int replica, long seqno, Digest batch) {
        return new Statement(replica, Message.Type.DECIDED, ANY_VIEW, seqno, batch);
    }

    /** The id of the key of the MAC for a replica; -1 if there is none. */
    private static long keyFor(int replica, ByteBuffer in, int tail) {
        long at = (long) tail + 1 + Integer.BYTES;
        while (at + MAC <= in.capacity()) {
            if (in.getInt((int) at) == replica) {
                return in.getLong((int) at + Integer.BYTES);
            }
            at += MAC;
        }
        return -1;
    }

    /** Whether it is a certificate together with what the replica says itself. */
    private boolean isEnough(Statement statement, long[] under) {
        int primary = (int) Math.floorMod(statement.view, (long) plan.replicas());
        int count = 0;
        for (int i = 0; i < under.length; i++) {
            boolean backup = statement.type != Message.Type.PREPARE || i != primary;
            count += backup && under[i] != 0 && under[i] == keys[statement.replica][i] ? 1 : 0;
        }
        int backups = 2 * plan.faulty() - (statement.replica == primary ? 0 : 1);
        return count
                >= switch (statement.type) {
                    case PREPARE -> backups;
                    case COMMIT, CHECKPOINT -> 2 * plan.faulty();
                    default -> plan.faulty() + 1;
                };
    }

    /** A replica says for the first time that it prepared a batch. */
    void prepares(int replica, Position at, Digest batch) {
        boolean backed = complete.contains(new Statement(replica, Message.Type.PREPARE, at.view(), at.seqno(), batch));
        Violation.unless(
                backed,
                "key-freshness",
                () -> "replica " + replica + " prepared at " + at + " by too few others' words under its newest keys: "
                        + Arrays.toString(heard.getOrDefault(
                                new Statement(replica, Message.Type.PREPARE, at.view(), at.seqno(), batch),
                                new long[0])));
    }

    /** A replica fetched a checkpoint: what it rests on is another thing. */
    void fetched(int replica, long seqno, Digest state) {
        complete.add(new Statement(replica, Message.Type.CHECKPOINT, ANY_VIEW, seqno, state));
    }

    /** A replica takes a checkpoint for stable. */
    void stable(int replica, long seqno, Digest state) {
        Statement statement = new Statement(replica, Message.Type.CHECKPOINT, ANY_VIEW, seqno, state);
        Violation.unless(
                complete.contains(statement),
                "key-freshness",
                () -> "replica " + replica + " takes checkpoint " + seqno
                        + " for stable by too few others' words under its newest keys: "
                        + Arrays.toString(heard.getOrDefault(statement, new long[0])) + " of "
                        + Arrays.toString(keys[replica]));
    }

    /** A replica says that a batch committed. */
    void commits(int replica, long seqno, Digest batch) {
        Violation.unless(
                decided.contains(taken(replica, seqno, batch)),
                "key-freshness",
                () -> "replica " + replica + " committed seqno " + seqno
                        + " by too few others' words under its newest keys");
    }
}
