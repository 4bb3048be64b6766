package dev.bft.protocol;

import dev.bft.wire.Batch;
import dev.bft.wire.SignedRequest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/**
 * What a backup may expect of the primary, and whether it gets it (11-A2, A3, A9).
 *
 * <p>A client now and then shows a request that it sends to the primary to one other replica as well, drawn at random: its
 * witness. The primary cannot know which, so it cannot serve those alone in time. The witness takes the time until the
 * request is in a proposal. Of each client it takes the median of the last eight such times, and of these again one that a
 * majority of the clients reaches or exceeds: faulty clients that are no majority, and withhold requests from the primary,
 * make it look no slower. The primary is slow if that is more than the largest of
 *
 * <ul>
 *   <li>10 ms, two ticks; and four times what this replica's own ticks come too late on average: where it has more to do
 *       than it can, others have as well;
 *   <li>sixteen times what it takes on average from a proposal to 2f PREPAREs for it, which is a message delay and a write,
 *       but not more than the view timeout: a faulty primary has part in that;
 *   <li>twice what f+1 of the primaries of the last ten minutes, or fewer, needed at least: one of them is correct.
 * </ul>
 *
 * and more while it serves a replica that fetches a state (amendment RC10).
 *
 * <p>What is shown in the first second of a view is not watched.
 *
 * <p>It is unfair if more batches were proposed while the oldest signed request waited than any queue can be long. Time is
 * what this replica ran. It only says so; a view ends when f+1 replicas say it.
 */
final class Expectations {
    private static final long TICK = 5_000_000L;
    private static final long LEAST = 2 * TICK;
    private static final int LATE = 4;
    private static final int ROUNDS = 16;

    /** Proposals after which the average means something; and what one counts in it, as a power of two. */
    private static final int PROPOSALS = 16;

    private static final int WEIGHT = 16;

    /** A change of keys may hold up several proposals at once: of fewer nothing follows. */
    private static final int SAMPLES = 8;

    private static final int FADING = 100;
    private static final int CLIENTS = 64;
    private static final int PENDING = 256;

    /** A client that showed nothing for so long is not counted; what it showed and nobody proposed is forgotten. */
    private static final long GONE = 5_000_000_000L;

    private static final long MEMORY = 600_000_000_000L;

    /** A new primary has all that waited to propose, and does what it did not do for long: so long it is not watched. */
    private static final long GRACE = 1_000_000_000L;

    /** Batches that may pass a signed request, beside those that a full queue makes. */
    private static final int PASSING = 64;

    private final Quorums quorums;
    private final long timeout;
    private final int mostPassing;
    private final TreeMap<SessionId, Shown> pending = new TreeMap<>();
    private final TreeMap<Integer, Client> clients = new TreeMap<>();
    /** When the proposal for a seqno came. */
    private final TreeMap<Long, Long> proposals = new TreeMap<>();

    private final TreeMap<Integer, Past> primaries = new TreeMap<>();
    private long clock;
    private long watchedFrom;
    private long round;
    private long rounds;
    /** What the primary may add for others; it fades, for what it did before is still counted. */
    private long allowance;

    /** By how much ticks come later than they should, on average. */
    private long late;

    private long head = -1;
    private int passed;

    /** A request that was shown here and is in no proposal yet; how long that took, once it was too long. */
    private static final class Shown {
        final SignedRequest request;
        final long at;
        Optional<Sample> late = Optional.empty();

        Shown(SignedRequest request, long at) {
            this.request = request;
            this.at = at;
        }
    }

    /** How long one request waited, or waits. */
    private static final class Sample {
        long waited;

        Sample(long waited) {
            this.waited = waited;
        }
    }

    /** What one client's last requests waited for. */
    private static final class Client {
        final ArrayDeque<Sample> last = new ArrayDeque<>();
        long at;

        long median() {
            List<Long> sorted = last.stream().map(s -> s.waited).sorted().toList();
            return sorted.get((sorted.size() - 1) / 2);
        }
    }

    /** What a primary needed, and when that was. */
    private record Past(long needed, long at) {}

    Expectations(Settings settings, Quorums quorums) {
        this.quorums = quorums;
        this.timeout = settings.viewTimeout();
        this.mostPassing = PASSING + 2 * settings.sessions() / settings.batchRequests();
    }

    /** A client shows what it asks the primary for. */
    void shown(SignedRequest request) {
        if (pending.size() < PENDING && clock >= watchedFrom) {
            pending.put(SessionId.of(request), new Shown(request, clock));
        }
    }

    /** The primary proposed a batch, for a seqno that was free. */
    void proposed(long seqno, Batch batch) {
        proposals.put(seqno, clock);
        passed += batch.requests().isEmpty() ? 0 : 1;
        if (!pending.isEmpty()) {
            batch.requests().forEach(request -> ends(request, false));
        }
    }

    /** A proposal has its 2f PREPAREs. */
    void prepared(long seqno) {
        Optional.ofNullable(proposals.remove(seqno)).ifPresent(at -> {
            round += (clock - at - round) / Math.min(WEIGHT, ++rounds);
            proposals.headMap(seqno).clear();
        });
    }

    /** A request was executed: if it was in no proposal since it was shown, that came before. */
    void executed(SignedRequest request) {
        ends(request, true);
    }

    private void ends(SignedRequest request, boolean before) {
        SessionId session = SessionId.of(request);
        Optional<Shown> shown = Optional.ofNullable(pending.get(session))
                .filter(s -> s.request.digest().equals(request.digest()));
        shown.ifPresent(s -> {
            pending.remove(session);
            if (s.late.isPresent()) {
                s.late.get().waited = clock - s.at;
            } else {
                sample(request.client(), new Sample(before ? 0 : clock - s.at));
            }
        });
    }

    private void sample(int who, Sample sample) {
        if (clients.size() >= CLIENTS && !clients.containsKey(who)) {
            clients.values().removeIf(client -> client.at < clock - GONE);
        }
        if (clients.size() < CLIENTS || clients.containsKey(who)) {
            Client client = clients.computeIfAbsent(who, c -> new Client());
            client.at = clock;
            client.last.add(sample);
            if (client.last.size() > SAMPLES) {
                client.last.remove();
            }
        }
    }

    /**
     * Time passed in an active view of another primary.
     *
     * @param step nanoseconds in which this replica ran
     * @param patience how long the primary may wait for the sake of a replica that fetches a state (amendment RC10)
     * @param oldest the place of the oldest request that its client signed, -1 if there is none
     * @return what was shown here and is late by now: the primary may not have it
     */
    List<SignedRequest> tick(long step, long patience, long oldest) {
        clock += step;
        late += (Math.max(0, step - TICK) - late) / WEIGHT;
        allowance = Math.max(patience, allowance - step / FADING);
        passed = oldest == head && oldest >= 0 ? passed : 0;
        head = oldest;
        List<SignedRequest> late = new ArrayList<>();
        long limit = expected();
        for (Iterator<Shown> each = pending.values().iterator(); each.hasNext(); ) {
            Shown shown = each.next();
            long age = clock - shown.at;
            if (shown.late.isPresent()) {
                shown.late.get().waited = age;
            } else if (age > limit) {
                Sample sample = new Sample(age);
                shown.late = Optional.of(sample);
                sample(shown.request.client(), sample);
                late.add(shown.request);
            }
            if (age > GONE) {
                each.remove();
            }
        }
        return late;
    }

    /** Whether the primary is slower than it should be, or unfair. */
    boolean isDisappointed() {
        return passed > mostPassing
                || typical().filter(needed -> needed > expected()).isPresent();
    }

    /** What a majority of the clients wait at least; empty unless a majority showed enough: one is not judged by the first. */
    private Optional<Long> typical() {
        List<Client> seen = clients.values().stream()
                .filter(client -> client.at >= clock - GONE)
                .toList();
        List<Long> medians = seen.stream()
                .filter(client -> client.last.size() == SAMPLES)
                .map(Client::median)
                .sorted()
                .toList();
        // The largest that is reached or exceeded by a majority of all, those counted as content that showed too
        // little.
        int content = seen.size() - medians.size();
        return medians.size() <= content ? Optional.empty() : Optional.of(medians.get((seen.size() - 1) / 2 - content));
    }

    /** How long a request may wait for the primary, nanoseconds. */
    long expected() {
        List<Long> others = primaries.values().stream()
                .filter(past -> past.at >= clock - MEMORY)
                .map(Past::needed)
                .sorted()
                .toList();
        long feasible = others.size() < quorums.weak() ? 0 : 2 * others.get(quorums.weak() - 1);
        long network = rounds < PROPOSALS ? timeout : Math.min(ROUNDS * round, timeout);
        return Math.max(LEAST + LATE * late, Math.max(network, feasible)) + 2 * allowance;
    }

    /** The view of this primary is over. */
    void left(int primary) {
        typical().ifPresent(needed -> primaries.put(primary, new Past(needed, clock)));
        startOver();
        watchedFrom = clock + GRACE;
    }

    /** Nothing is known of the primary: it is another, or this replica lacks what others have and cannot tell whose fault that is. */
    void startOver() {
        pending.clear();
        clients.clear();
        proposals.clear();
        passed = 0;
        head = -1;
    }
}
