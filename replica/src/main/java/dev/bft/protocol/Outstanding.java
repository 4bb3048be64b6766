package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A request under way and the replies to it: one per replica, the newest (section 3.7). */
final class Outstanding {
    /** The signature goes to the same replica again after so many nanoseconds. */
    private static final long SIGN_GAP = 20_000_000L;

    private final Digest digest;
    private final TreeMap<Integer, Answer> answers = new TreeMap<>();
    private final TreeMap<Integer, Long> signedAt = new TreeMap<>();
    private Request request;
    private boolean multicast;
    private long gap;
    private long due;

    /** What a replica answered: the result from one replica, from the others its digest. */
    private record Answer(Reply reply, Digest result) {
        /** Whether both say the same. */
        boolean says(Answer other) {
            return reply.outcome() == other.reply.outcome() && result.equals(other.result);
        }

        /** What may still be undone counts in one view only: a quorum prepared it there. */
        boolean countsIn(long view) {
            return !reply.tentative() || reply.view() == view;
        }
    }

    /**
     * What a quorum answered.
     *
     * @param view the view that one correct replica at least has reached
     * @param reply one that holds the result
     */
    record Agreed(long view, Reply reply) {}

    Outstanding(Request request, Digest digest) {
        this.request = request;
        this.digest = digest;
    }

    Request request() {
        return request;
    }

    /** Whether it is an ordered one with this digest: only such are proposed. */
    boolean isNamed(Digest named) {
        return digest.equals(named) && request.kind() != Request.Kind.READ;
    }

    /** Whether a replica that asks for the signature is sent it now, taken as sent: as often as a person can tell. */
    boolean maySign(int replica, long now) {
        if (now - signedAt.getOrDefault(replica, Long.MIN_VALUE / 2) < SIGN_GAP) {
            return false;
        }
        signedAt.put(replica, now);
        return true;
    }

    /** From now on it is asked for so; what was answered to a read counts for nothing any more if it is ordered now. */
    void askInstead(Request other) {
        if (other.kind() != request.kind()) {
            answers.clear();
        }
        request = other;
    }

    /** Whether the reply is about this very request (amendment AG9), and in the way it is asked for now. */
    boolean isAnsweredBy(Reply reply) {
        return reply.session() == request.session()
                && reply.base() == request.base()
                && reply.number() == request.number()
                && reply.request().equals(digest)
                && (reply.basis() == Reply.Basis.READ) == (request.kind() == Request.Kind.READ);
    }

    /**
     * Takes an authentic reply.
     *
     * @param node knows how many equal replies are needed: a quorum, so that what is accepted stays, and a later read of
     *     a quorum sees it (3.7, 3.8)
     * @return what was agreed on, once so many agree and one of them sent the result
     */
    Optional<Agreed> add(int replica, Reply reply, ClientNode node) {
        Answer last = new Answer(reply, reply.resultDigest());
        answers.put(replica, last);
        return answers.values().stream()
                .map(answer -> answer.reply.view())
                .distinct()
                .map(inView -> views(last, inView))
                .filter(views -> views.size() >= node.quorum())
                .findFirst()
                .flatMap(views -> inFull(last).map(full -> new Agreed(views.get(node.weakQuorum() - 1), full)));
    }

    /** The views of those that say the same as this answer and count in that view, the latest first. */
    private List<Long> views(Answer last, long inView) {
        return answers.values().stream()
                .filter(answer -> answer.says(last) && answer.countsIn(inView))
                .map(answer -> answer.reply.view())
                .sorted(Comparator.reverseOrder())
                .toList();
    }

    /** A reply that holds what this answer says: its digest proves it, whoever sent it and whenever. */
    private Optional<Reply> inFull(Answer last) {
        return answers.values().stream()
                .filter(answer -> answer.says(last))
                .map(Answer::reply)
                .filter(reply -> !reply.digested())
                .findFirst();
    }

    /** Whether it only reads, and the answers differ so that no quorum can say the same any more (section 3.9). */
    boolean isReadInVain(ClientNode node) {
        long most = answers.values().stream()
                .mapToLong(one -> answers.values().stream().filter(one::says).count())
                .max()
                .orElse(0);
        int silent = node.settings.replicas() - answers.size();
        return request.kind() == Request.Kind.READ && most + silent < node.quorum();
    }

    /** Forgets what a replica said under a key that is over (section 2.4). */
    void forget(int replica) {
        answers.remove(replica);
    }

    /** Whether it was sent to all. */
    boolean isMulticast() {
        return multicast;
    }

    /** Whether every replica should have it. */
    boolean isForAll() {
        return multicast || request.isBig();
    }

    /** From now on it was sent to all. */
    void multicast() {
        multicast = true;
    }

    boolean isDue(long now) {
        return now >= due;
    }

    /** The time since the last transmission after which it is sent again. */
    long nextGap(long first, long cap) {
        gap = gap == 0 ? first : Math.min(2 * gap, cap);
        return gap;
    }

    void dueAt(long time) {
        due = time;
    }
}
