package dev.bft.protocol;

import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import dev.bft.wire.ViewChangeAck;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The VIEW-CHANGEs that were received and who acknowledges them (sections 6.4, 6.5). Of each sender two are kept: that
 * of the present view and that of the highest.
 */
final class ViewChanges {
    /** A VIEW-CHANGE and its digest. */
    record Said(ViewChange message, Digest digest) {}

    private record Ack(long view, Digest viewChange) {}

    private final int me;
    private final List<TreeMap<Long, Said>> bySender = new ArrayList<>();
    /** Passed on by others, without authentication: one for each sender, as the NEW-VIEW at hand lists it. */
    private final TreeMap<Integer, Said> forwarded = new TreeMap<>();
    /** For each who acknowledges, by whose VIEW-CHANGE: its last. */
    private final List<TreeMap<Integer, Ack>> byAcker = new ArrayList<>();

    ViewChanges(int me, int replicas) {
        this.me = me;
        for (int i = 0; i < replicas; i++) {
            bySender.add(new TreeMap<>());
            byAcker.add(new TreeMap<>());
        }
    }

    /** Takes an authentic VIEW-CHANGE; {@code present} is the present view. */
    void put(int sender, ViewChange message, long present) {
        TreeMap<Long, Said> held = bySender.get(sender);
        held.put(message.view(), new Said(message, message.digest(sender)));
        long highest = held.lastKey();
        held.keySet().removeIf(view -> view != present && view != highest);
    }

    /** The VIEW-CHANGE of a sender for a view. */
    Optional<Said> of(int sender, long view) {
        return Optional.ofNullable(bySender.get(sender).get(view));
    }

    /** Takes a VIEW-CHANGE that somebody passed on. */
    void forward(int sender, Said said) {
        forwarded.put(sender, said);
    }

    /** Takes an acknowledgement; of an older view than the last one it says nothing. */
    void ack(int sender, ViewChangeAck m) {
        Ack last = byAcker.get(sender).get(m.replica());
        if (last == null || last.view <= m.view()) {
            byAcker.get(sender).put(m.replica(), new Ack(m.view(), m.viewChange()));
        }
    }

    /** The VIEW-CHANGEs for a view, by sender. */
    Map<Integer, Said> present(long view) {
        TreeMap<Integer, Said> all = new TreeMap<>();
        for (int i = 0; i < bySender.size(); i++) {
            int sender = i;
            of(sender, view).ifPresent(s -> all.put(sender, s));
        }
        return all;
    }

    /** Whether a replica asks for a later view than this one. */
    boolean hasLeft(int sender, long view) {
        TreeMap<Long, Said> held = bySender.get(sender);
        return !held.isEmpty() && held.lastKey() > view;
    }

    /** How many replicas other than its sender and the primary acknowledge a VIEW-CHANGE, my own word not counted. */
    int acks(int subject, Said said, int primary) {
        int count = 0;
        Ack wanted = new Ack(said.message.view(), said.digest);
        for (int i = 0; i < byAcker.size(); i++) {
            boolean counts = i != subject && i != primary && i != me;
            count += counts && wanted.equals(byAcker.get(i).get(subject)) ? 1 : 0;
        }
        return count;
    }

    /** The VIEW-CHANGE of a view with this digest: heard from its sender, or passed on by anybody. */
    Optional<Said> find(int sender, Digest digest, long view) {
        Optional<Said> heard = of(sender, view).filter(s -> s.digest.equals(digest));
        return heard.isPresent()
                ? heard
                : Optional.ofNullable(forwarded.get(sender))
                        .filter(s -> s.digest.equals(digest) && s.message.view() == view);
    }

    /** How many replicas, I included, went to this view or a later one. */
    int atLeast(long view) {
        return (int) bySender.stream()
                .filter(held -> !held.isEmpty() && held.lastKey() >= view)
                .count();
    }

    /** The view that so many others at least went to, or beyond; 0 if fewer did. */
    long reachedBy(int count) {
        List<Long> highest = new ArrayList<>();
        for (int i = 0; i < bySender.size(); i++) {
            if (i != me && !bySender.get(i).isEmpty()) {
                highest.add(bySender.get(i).lastKey());
            }
        }
        highest.sort(Collections.reverseOrder());
        return highest.size() < count ? 0 : highest.get(count - 1);
    }

    /** The present view is this one: what is of earlier ones is over. */
    void prune(long view) {
        bySender.forEach(held -> held.headMap(view, false).clear());
        byAcker.forEach(acks -> acks.values().removeIf(ack -> ack.view < view));
        forwarded.clear();
    }

    /** New keys for all (2.4): only my own word stays. */
    void forgetOthers() {
        for (int i = 0; i < bySender.size(); i++) {
            if (i != me) {
                forget(i);
            }
        }
        forwarded.clear();
    }

    /** A new key for one replica: what it said is to be said again. */
    void forget(int sender) {
        bySender.get(sender).clear();
        byAcker.get(sender).clear();
    }
}
