package dev.bft.protocol;

import dev.bft.auth.ClientPrincipal;
import dev.bft.auth.Revocation;
import dev.bft.service.State;
import dev.bft.wire.Digest;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Reply;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The session table with the reply cache, in pages of the replicated state (sections 3.3, 8.6, amendments AG8,
 * AG9): so a replica that fetched the state knows what was executed, and everybody evicts alike.
 *
 * <p>Layout: one page of globals (floor, last base, agreed time); then a slot of {@link #SLOT} bytes a session; then a page a
 * session for replies too long for the slot; then the last {@link Openings}; then the {@link Revocations}. Longer replies
 * than {@link #KEPT} are kept as "executed" only.
 */
final class Sessions {
    /** The longest reply kept. */
    static final int KEPT = 4096;

    private static final int PAGE = 4096;
    private static final int SLOT = 256;
    private static final int NOT_AFTER_AT = 132;
    private static final int INLINE_AT = 140;
    private static final int INLINE = SLOT - INLINE_AT;
    private static final int VERIFY_KEY = 40;
    private static final long FLOOR_AT = 0;
    private static final long LAST_BASE_AT = 8;
    private static final long AGREED_TIME_AT = 16;
    private static final int LIVE = 1;
    private static final long MICROS = 1_000_000;

    private final State pages;
    private final int capacity;
    /** An index of the live slots, rebuilt from the pages after a boot or a fetch. */
    private final TreeMap<SessionId, Integer> index = new TreeMap<>();

    private final Openings openings;
    private final Revocations revocations;

    Sessions(State pages, int capacity) {
        this.pages = pages;
        this.capacity = capacity;
        long table = (long) PAGE * tablePages(capacity);
        this.openings = new Openings(pages, table, capacity);
        this.revocations = new Revocations(pages, table + Openings.bytes(capacity), capacity);
        rebuild();
    }

    /** The pages that a table of this capacity takes. */
    static int pageCount(int capacity) {
        long behind = Openings.bytes(capacity) + Revocations.bytes(capacity);
        return tablePages(capacity) + (int) ((behind + PAGE - 1) / PAGE);
    }

    private static int tablePages(int capacity) {
        return 1 + (capacity * SLOT + PAGE - 1) / PAGE + capacity;
    }

    /** Reads the index anew: the pages changed under it. */
    void rebuild() {
        openings.rebuild();
        revocations.rebuild();
        index.clear();
        byte[] head = new byte[12];
        for (int slot = 0; slot < capacity; slot++) {
            pages.read(at(slot), head, 0, 1);
            if (head[0] == LIVE) {
                index.put(new SessionId(pages.readInt(at(slot) + 4), pages.readInt(at(slot) + 8)), slot);
            }
        }
    }

    private static long at(int slot) {
        return PAGE + (long) slot * SLOT;
    }

    private long replyPage(int slot) {
        return (long) PAGE * (1 + (capacity * SLOT + PAGE - 1) / PAGE + slot);
    }

    /** The time, in microseconds since the epoch, of the last batch with requests. */
    long agreedTime() {
        return pages.readLong(AGREED_TIME_AT);
    }

    /** A batch proposes a time: the agreed one is later than any before, whatever a faulty primary proposed (4.2). */
    void advanceTime(long proposed) {
        pages.writeLong(AGREED_TIME_AT, Math.max(proposed, agreedTime() + 1));
    }

    /** The slot of a live session. */
    Optional<Integer> find(SessionId session) {
        return Optional.ofNullable(index.get(session));
    }

    /** The base assigned when the session was opened. */
    long base(int slot) {
        return pages.readLong(at(slot) + 16);
    }

    /** The number of its last executed operation. */
    long last(int slot) {
        return pages.readLong(at(slot) + 24);
    }

    /** The client's nonce of its opening. */
    long nonce(int slot) {
        return pages.readLong(at(slot) + 32);
    }

    private long lastSeqno(int slot) {
        return pages.readLong(at(slot) + 40);
    }

    /** The digest of its last executed request. */
    Digest lastRequest(int slot) {
        byte[] bytes = new byte[Digest.BYTES];
        pages.read(at(slot) + 48, bytes, 0, bytes.length);
        return Digest.read(bytes, 0);
    }

    /**
     * The client as the credential says that opened the session: its public key, so that a signature can be checked when
     * its session key is gone, and when it expires.
     */
    ClientPrincipal client(int slot) {
        byte[] length = new byte[1];
        pages.read(at(slot) + 80, length, 0, 1);
        byte[] key = new byte[Math.min(length[0] & 0xff, VERIFY_KEY)];
        pages.read(at(slot) + 81, key, 0, key.length);
        return new ClientPrincipal(pages.readInt(at(slot) + 4), key, pages.readLong(at(slot) + NOT_AFTER_AT));
    }

    /** Whether the root revoked this client. */
    boolean isRevoked(int client) {
        return revocations.holds(client);
    }

    /**
     * Revokes a client: its sessions end, and the floor rises above them as at any eviction (amendment AG8).
     *
     * @return how many ended; empty, and nothing is done, if there is no room for one more revocation
     */
    Optional<Integer> revoke(Revocation revocation) {
        if (!revocations.add(revocation.client(), revocation.notAfter(), agreedTime() / MICROS)) {
            return Optional.empty();
        }
        SessionId first = new SessionId(revocation.client(), Integer.MIN_VALUE);
        SessionId last = new SessionId(revocation.client(), Integer.MAX_VALUE);
        List<SessionId> ended =
                List.copyOf(index.subMap(first, true, last, true).keySet());
        for (SessionId session : ended) {
            pages.write(at(evict(session)), new byte[SLOT], 0, SLOT);
        }
        return Optional.of(ended.size());
    }

    /** Whether an OPEN with this nonce took effect already, as far back as openings are remembered. */
    boolean isSpent(SessionId session, long nonce) {
        return openings.isSpent(session, nonce);
    }

    /** What was answered to the last executed operation. */
    Answer cached(int slot) {
        int code = pages.readInt(at(slot) + 124);
        int length = pages.readInt(at(slot) + 128);
        if (length > KEPT || length < 0) {
            return new Answer(Reply.Outcome.RESULT_DROPPED, new byte[0]);
        }
        byte[] result = new byte[length];
        pages.read(length <= INLINE ? at(slot) + INLINE_AT : replyPage(slot), result, 0, length);
        try {
            return new Answer(Reply.Outcome.of(code), result);
        } catch (MalformedException e) {
            throw new IllegalStateException("invariant broken: outcome in the session table", e);
        }
    }

    /** How a request ended, and its result. */
    record Answer(Reply.Outcome outcome, byte[] result) {
        /** An outcome that says all. */
        static Answer of(Reply.Outcome outcome) {
            return new Answer(outcome, new byte[0]);
        }

        /** The operation was refused, and this is why. */
        static Answer failed(String text) {
            return new Answer(Reply.Outcome.FAILED, text.getBytes(StandardCharsets.UTF_8));
        }
    }

    /** Records the execution of an operation. */
    void executed(int slot, Execution.Position position, Digest request, Answer answer) {
        pages.writeLong(at(slot) + 24, position.number());
        pages.writeLong(at(slot) + 40, position.seqno());
        pages.write(at(slot) + 48, request.toBytes(), 0, Digest.BYTES);
        pages.writeInt(at(slot) + 124, answer.outcome().code());
        int length = answer.result().length;
        pages.writeInt(at(slot) + 128, length);
        if (length <= KEPT) {
            pages.write(length <= INLINE ? at(slot) + INLINE_AT : replyPage(slot), answer.result(), 0, length);
        }
    }

    /**
     * Opens a session, or opens it anew; assigns its base (AG8).
     *
     * @return the base, or empty if the table is full of sessions in use
     */
    Optional<Long> open(SessionId session, Opening opening) {
        Optional<Integer> slot = find(session).or(() -> room(opening));
        slot.ifPresent(s -> occupy(s, session, opening));
        return slot.map(this::base);
    }

    /**
     * What an OPEN brings.
     *
     * @param nonce the client's nonce
     * @param client the client as its credential says
     * @param seqno the seqno of the batch
     * @param recent a session executed at or above this seqno is in use
     */
    record Opening(long nonce, ClientPrincipal client, long seqno, long recent) {}

    private void occupy(int slot, SessionId session, Opening opening) {
        long after = Math.max(pages.readLong(FLOOR_AT), pages.readLong(LAST_BASE_AT)) + 1;
        long base = Math.max(agreedTime(), after);
        pages.writeLong(LAST_BASE_AT, base);
        byte[] fresh = new byte[INLINE_AT];
        fresh[0] = LIVE;
        byte[] key = opening.client().verifyKey();
        fresh[80] = (byte) key.length;
        System.arraycopy(key, 0, fresh, 81, Math.min(key.length, VERIFY_KEY));
        pages.write(at(slot), fresh, 0, fresh.length);
        pages.writeInt(at(slot) + 4, session.client());
        pages.writeInt(at(slot) + 8, session.session());
        pages.writeLong(at(slot) + 16, base);
        pages.writeLong(at(slot) + 32, opening.nonce());
        pages.writeLong(at(slot) + 40, opening.seqno());
        pages.writeLong(at(slot) + NOT_AFTER_AT, opening.client().notAfter());
        index.put(session, slot);
        openings.add(session, opening.nonce());
    }

    private Optional<Integer> room(Opening opening) {
        if (index.size() < capacity) {
            return Optional.of(firstFree());
        }
        return victim(opening.recent()).map(this::evict);
    }

    /** Ends a session and returns its slot; no session is ever opened at or below its base again. */
    private int evict(SessionId session) {
        Integer slot = index.remove(session);
        Invariant.check(slot != null, "who is evicted is a live session");
        int at = slot == null ? 0 : slot;
        pages.writeLong(FLOOR_AT, Math.max(pages.readLong(FLOOR_AT), base(at)));
        return at;
    }

    private int firstFree() {
        byte[] state = new byte[1];
        for (int slot = 0; slot < capacity; slot++) {
            pages.read(at(slot), state, 0, 1);
            if (state[0] != LIVE) {
                return slot;
            }
        }
        throw new IllegalStateException("invariant broken: a table that is not full has a free slot");
    }

    /**
     * The least recently executed session of the client that holds the most (ties: the lowest id); none if that
     * client is within its share and the session is in use.
     */
    private Optional<SessionId> victim(long recent) {
        List<SessionId> most = new ArrayList<>();
        List<SessionId> run = new ArrayList<>();
        int clients = 0;
        for (SessionId session : index.keySet()) {
            if (run.isEmpty() || run.get(0).client() != session.client()) {
                clients++;
                run = new ArrayList<>();
            }
            run.add(session);
            if (run.size() > most.size()) {
                most = run;
            }
        }
        SessionId oldest = most.get(0);
        for (SessionId session : most) {
            if (seqnoOf(session) < seqnoOf(oldest)) {
                oldest = session;
            }
        }
        boolean inUse = seqnoOf(oldest) >= recent;
        boolean withinShare = most.size() <= capacity / clients;
        return inUse && withinShare ? Optional.empty() : Optional.of(oldest);
    }

    private long seqnoOf(SessionId session) {
        return lastSeqno(index.getOrDefault(session, 0));
    }

    /** The live sessions. */
    int size() {
        return index.size();
    }
}
