package dev.bft.protocol;

import dev.bft.wire.Checkpoint;
import dev.bft.wire.Digest;
import dev.bft.wire.ViewChange;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Which checkpoints who announced (section 5), and what follows: one is stable, or I am behind.
 *
 * <p>An announcement is a promise that its sender can produce the checkpoint after any crash (amendment AG4), so
 * mine enters only when what it promises is on disk.
 */
final class Checkpoints {
    private final Node node;
    /** Announcements kept for one sender: also of 2L batches that others are ahead (amendment RC10). */
    private final long perSender;

    private final List<TreeMap<Long, Checkpoint>> bySender = new ArrayList<>();
    /** Digests of my own checkpoints above h, announced or about to be. */
    private final TreeMap<Long, Digest> taken = new TreeMap<>();
    /** What I announced above a checkpoint that I have fetched since: it must come out the same again (RC5). */
    private final TreeMap<Long, Digest> promised = new TreeMap<>();
    /** Those of mine that are on disk and not announced yet. */
    private final TreeSet<Long> kept = new TreeSet<>();
    /** The last of mine that f+1 others contradicted, as was reported. */
    private long alarmed;

    Checkpoints(Node node) {
        this.node = node;
        this.perSender = Math.max(8, 2 * node.settings.logSize() / node.settings.checkpointPeriod() + 2);
        for (int i = 0; i < node.replicas(); i++) {
            bySender.add(new TreeMap<>());
        }
    }

    /** I took, or fetched, a checkpoint; it is announced once its promise is on disk. */
    void take(long seqno, Digest state) {
        taken.put(seqno, state);
        alarmIfMineDiffers(seqno);
        Optional.ofNullable(promised.remove(seqno))
                .filter(before -> !before.equals(state))
                .ifPresent(before -> node.out.report(new Fact.Alarm("checkpoint " + seqno + ": my state is "
                        + state.shortHex() + " now, and I announced " + before.shortHex() + " before I fetched one")));
    }

    /** What my checkpoint promises is on disk. */
    void kept(long seqno) {
        kept.add(seqno);
    }

    /** Announces those that are on disk, above this seqno. */
    List<Checkpoint> announceKept(long stable) {
        if (kept.isEmpty()) {
            return List.of();
        }
        List<Checkpoint> all = kept.tailSet(stable, false).stream()
                .flatMap(seqno -> announce(seqno).stream())
                .toList();
        kept.clear();
        return all;
    }

    /** The digest of my checkpoint, if I have taken it. */
    Optional<Digest> taken(long seqno) {
        return Optional.ofNullable(taken.get(seqno));
    }

    /** My checkpoints above this seqno, announced or waiting until their promise is on disk. */
    SortedMap<Long, Digest> takenAbove(long seqno) {
        return taken.tailMap(seqno, false);
    }

    /** What I took at this seqno is not what I announced there once: it is not announced. */
    void withdraw(long seqno) {
        taken.remove(seqno);
    }

    /** My promise is on disk: the announcement counts, and may be sent. */
    Optional<Checkpoint> announce(long seqno) {
        return taken(seqno).map(digest -> {
            Checkpoint mine = new Checkpoint(seqno, digest, false);
            put(node.me(), mine);
            return mine;
        });
    }

    /** What I announced, increasing. */
    List<Checkpoint> announced() {
        return List.copyOf(bySender.get(node.me()).values());
    }

    /** C: what I announced from one seqno to another, for a VIEW-CHANGE (6.2). */
    List<ViewChange.Held> held(long first, long last) {
        return announced().stream()
                .filter(c -> c.seqno() >= first && c.seqno() <= last)
                .map(c -> new ViewChange.Held(c.seqno(), c.state()))
                .toList();
    }

    /** A CHECKPOINT of another replica. */
    boolean onCheckpoint(int sender, Checkpoint m, long stable) {
        if (m.seqno() < stable || m.seqno() == 0 || m.seqno() % node.settings.checkpointPeriod() != 0) {
            return node.out.drop(Drop.OUT_OF_WINDOW);
        }
        Optional<Checkpoint> held = Optional.ofNullable(bySender.get(sender).get(m.seqno()));
        if (held.isPresent() && !held.get().state().equals(m.state())) {
            return node.out.drop(Drop.CONFLICT);
        }
        if (held.isPresent() && (held.get().stable() || !m.stable())) {
            return node.out.drop(Drop.DUPLICATE);
        }
        put(sender, m);
        alarmIfMineDiffers(m.seqno());
        return true;
    }

    private void put(int sender, Checkpoint m) {
        TreeMap<Long, Checkpoint> held = bySender.get(sender);
        held.put(m.seqno(), m);
        if (held.size() > perSender && sender != node.me()) {
            held.pollFirstEntry();
        }
    }

    /** Whichever comes last, mine or theirs. */
    private void alarmIfMineDiffers(long seqno) {
        Optional<Digest> mine = taken(seqno);
        Optional<Checkpoint> theirs = mine.flatMap(digest -> otherThan(seqno, digest));
        if (theirs.isPresent() && seqno > alarmed) {
            alarmed = seqno;
            node.out.report(new Fact.Alarm("checkpoint " + seqno + ": my state is "
                    + mine.get().shortHex() + ", f+1 replicas say "
                    + theirs.get().state().shortHex()));
        }
    }

    /** What f+1 replicas announced for a seqno that is not this state. */
    private Optional<Checkpoint> otherThan(long seqno, Digest state) {
        for (TreeMap<Long, Checkpoint> held : bySender) {
            Optional<Checkpoint> other = Optional.ofNullable(held.get(seqno))
                    .filter(c -> !c.state().equals(state))
                    .filter(c -> count(c.seqno(), c.state()) >= node.quorums.weak());
            if (other.isPresent()) {
                return other;
            }
        }
        return Optional.empty();
    }

    private int count(long seqno, Digest state) {
        int count = 0;
        for (TreeMap<Long, Checkpoint> held : bySender) {
            Checkpoint m = held.get(seqno);
            count += m != null && m.state().equals(state) ? 1 : 0;
        }
        return count;
    }

    /** The highest checkpoint above h that 2f+1 replicas announced, myself included (5.3). */
    Optional<Checkpoint> stable(long h) {
        for (Map.Entry<Long, Checkpoint> mine :
                bySender.get(node.me()).tailMap(h, false).descendingMap().entrySet()) {
            if (count(mine.getKey(), mine.getValue().state()) >= node.quorums.strong()) {
                return Optional.of(mine.getValue());
            }
        }
        return Optional.empty();
    }

    /**
     * The highest checkpoint above {@code executed} that f+1 other replicas announced with one digest: correct,
     * since one of them is. {@code stable}: whether f+1 of them called it stable.
     */
    Optional<Checkpoint> ahead(long executed) {
        Optional<Checkpoint> best = Optional.empty();
        for (TreeMap<Long, Checkpoint> held : bySender) {
            for (Checkpoint m : held.tailMap(executed, false).values()) {
                boolean better = best.isEmpty() || m.seqno() > best.get().seqno();
                if (better && count(m.seqno(), m.state()) >= node.quorums.weak()) {
                    best = Optional.of(new Checkpoint(m.seqno(), m.state(), stableClaims(m) >= node.quorums.weak()));
                }
            }
        }
        return best;
    }

    /**
     * The highest of my checkpoints above h that f+1 others announced with another digest than mine: my state is
     * wrong, and theirs is right (5.2).
     */
    Optional<Checkpoint> contradicted(long stable) {
        for (Map.Entry<Long, Digest> mine :
                taken.tailMap(stable, false).descendingMap().entrySet()) {
            Optional<Checkpoint> other = otherThan(mine.getKey(), mine.getValue());
            if (other.isPresent()) {
                return other;
            }
        }
        return Optional.empty();
    }

    /** My state is this fetched checkpoint now: what I took from it on was another. */
    void replace(long seqno, Digest state) {
        bySender.get(node.me()).tailMap(seqno, false).forEach((n, mine) -> promised.put(n, mine.state()));
        taken.tailMap(seqno, true).clear();
        bySender.get(node.me()).tailMap(seqno, true).clear();
        taken.put(seqno, state);
    }

    /** How many called this very checkpoint stable. */
    int stableClaims(Checkpoint wanted) {
        int count = 0;
        for (TreeMap<Long, Checkpoint> held : bySender) {
            Checkpoint m = held.get(wanted.seqno());
            count += m != null && m.stable() && m.state().equals(wanted.state()) ? 1 : 0;
        }
        return count;
    }

    /** How many others call a checkpoint stable that lies above this seqno (5.2). */
    int stableAbove(long seqno) {
        int count = 0;
        for (int i = 0; i < bySender.size(); i++) {
            boolean above =
                    bySender.get(i).tailMap(seqno, false).values().stream().anyMatch(Checkpoint::stable);
            count += i != node.me() && above ? 1 : 0;
        }
        return count;
    }

    /** The replicas that announced this checkpoint: whom to fetch it from. */
    List<Integer> holders(Checkpoint wanted) {
        List<Integer> holders = new ArrayList<>();
        for (int i = 0; i < bySender.size(); i++) {
            Checkpoint m = bySender.get(i).get(wanted.seqno());
            if (i != node.me() && m != null && m.state().equals(wanted.state())) {
                holders.add(i);
            }
        }
        return holders;
    }

    /** Checkpoint h is stable here: forget what is below, and say from now on that it is stable. */
    void cut(long stable, Digest state) {
        for (TreeMap<Long, Checkpoint> held : bySender) {
            held.headMap(stable, false).clear();
        }
        taken.headMap(stable, false).clear();
        promised.headMap(stable, true).clear();
        taken.put(stable, state);
        bySender.get(node.me()).put(stable, new Checkpoint(stable, state, true));
    }

    /** New keys for all: others' announcements that made nothing stable are forgotten (2.4). */
    void forgetIncomplete() {
        for (int i = 0; i < bySender.size(); i++) {
            if (i != node.me()) {
                bySender.get(i).clear();
            }
        }
    }

    /** A new key for one replica. */
    void forgetIncompleteOf(int sender) {
        bySender.get(sender).clear();
    }
}
