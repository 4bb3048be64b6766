package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** A request under way and the replies to it: one per replica, the newest (section 3.7). */
final class Outstanding {
    private final Request request;
    private final Digest digest;
    private final TreeMap<Integer, Answer> answers = new TreeMap<>();
    private boolean multicast;
    private long gap;
    private long due;

    /** What a replica answered; of the result only the digest, so that liars cost no memory. */
    private record Answer(long view, Reply.Outcome outcome, Digest result) {
        boolean equals(Reply.Outcome otherOutcome, Digest otherResult) {
            return outcome == otherOutcome && result.equals(otherResult);
        }
    }

    Outstanding(Request request, Digest digest) {
        this.request = request;
        this.digest = digest;
    }

    Request request() {
        return request;
    }

    /** Whether the reply is about this very request (amendment AG9). */
    boolean isAnsweredBy(Reply reply) {
        return reply.session() == request.session()
                && reply.base() == request.base()
                && reply.number() == request.number()
                && reply.request().equals(digest);
    }

    /**
     * Takes an authentic reply.
     *
     * @param needed f+1: one of so many equal replies is a correct replica's
     * @return the view that one correct replica at least has reached, if the reply is now accepted
     */
    Optional<Long> add(int replica, Reply reply, int needed) {
        Digest result = Digest.of(reply.result());
        answers.put(replica, new Answer(reply.view(), reply.outcome(), result));
        List<Long> views = new ArrayList<>();
        for (Answer answer : answers.values()) {
            if (answer.equals(reply.outcome(), result)) {
                views.add(answer.view);
            }
        }
        if (views.size() < needed) {
            return Optional.empty();
        }
        views.sort(Comparator.reverseOrder());
        return Optional.of(views.get(needed - 1));
    }

    /** Forgets what a replica said under a key that is over (section 2.4). */
    void forget(int replica) {
        answers.remove(replica);
    }

    /** Whether it was sent to all. */
    boolean isMulticast() {
        return multicast;
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
