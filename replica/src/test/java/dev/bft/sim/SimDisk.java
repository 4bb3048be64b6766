package dev.bft.sim;

import dev.bft.protocol.Effect;
import dev.bft.protocol.Saved;
import dev.bft.state.PageStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.LongConsumer;

/**
 * The disk of one replica and the thread that writes it: effects wait, are written in order, and one sync ends a
 * group. A death in between leaves what a real disk may leave:
 *
 * <ul>
 *   <li>what was synced before is there;
 *   <li>of the group under way, a first part was handed to the system: its installs and new segments sync
 *       themselves and are there, of its appends any number of the first ones;
 *   <li>an install or a new segment under way is there whole or not at all (journal, rename);
 *   <li>an append under way, or the first lost one, may leave a torn record.
 * </ul>
 *
 * <p>In memory mode nothing is on disk but what a save put there, and a boot uses a save up.
 */
final class SimDisk implements PageStore {
    private static final long MINUTES_OF_SLOWNESS = 20;

    /** Who wants to know what became durable: the checker of promises. */
    interface Watcher {
        /** This effect is on disk. */
        void durable(Effect effect);

        /** The disk now holds exactly this; whole: all that was durable, for a boot with this tick. */
        void restarted(DiskImage image, boolean whole);
    }

    private final Timeline time;
    private final Plan plan;
    private final Tally tally;
    private final Rng rng;
    private final Watcher watcher;
    private final boolean durable;
    private DiskImage image = new DiskImage(0);
    private DiskImage saved = new DiskImage(0);
    private List<Effect> waiting = new ArrayList<>();
    private List<Effect> writing = List.of();
    private LongConsumer persisted = token -> {};
    /** Which process writes: what an earlier one left under way never ends. */
    private int life;

    private boolean slow;
    /** Pages were changed behind the replica's back. */
    private boolean damaged;

    /** In memory mode: a save was written since the boot. */
    private boolean holdsSave = true;

    SimDisk(Timeline time, Plan plan, Rng rng, Tally tally, Watcher watcher) {
        this.time = time;
        this.plan = plan;
        this.tally = tally;
        this.rng = rng;
        this.watcher = watcher;
        this.durable = plan.tunables().durable();
    }

    /** A process begins to use the disk: it hears of tokens done. */
    Saved boot(long tick, LongConsumer listener) {
        life++;
        persisted = listener;
        if (!durable) {
            image = saved;
            saved = saved.copy();
            saved.loseVotes();
            holdsSave = false;
        }
        boolean intact = image.tick() == tick;
        watcher.restarted(image, intact && !damaged);
        boolean shown = intact || rng.chance(0.5);
        return new Saved(
                intact,
                tick,
                shown ? List.copyOf(image.records()) : List.of(),
                image.seqno(),
                image.digest(),
                image.stable());
    }

    /** Hands over an Append, NewSegment or Install. */
    void submit(Effect effect) {
        if (!durable) {
            image.apply(effect);
            int mine = life;
            time.in(Plan.MICROS, () -> done(mine, token(effect)));
            return;
        }
        waiting.add(effect);
        if (writing.isEmpty()) {
            begin();
        }
    }

    /** In memory mode, what was kept so far goes to the disk; there it is on disk anyway. */
    void save() {
        saved = image.copy();
        holdsSave = true;
    }

    boolean isWriting() {
        return !writing.isEmpty();
    }

    /** The disk becomes very slow, or normal again. */
    void setSlow(boolean on) {
        slow = on;
    }

    private void begin() {
        writing = waiting;
        waiting = new ArrayList<>();
        int mine = life;
        long took = rng.between(plan.disks().min(), plan.disks().max()) * (slow ? MINUTES_OF_SLOWNESS : 1);
        time.in(took, () -> synced(mine));
    }

    private void synced(int writer) {
        if (writer != life) {
            return;
        }
        for (Effect effect : writing) {
            image.apply(effect);
            watcher.durable(effect);
        }
        long last = token(writing.get(writing.size() - 1));
        writing = List.of();
        time.in(rng.between(1, 20) * Plan.MICROS, () -> done(writer, last));
        if (!waiting.isEmpty()) {
            begin();
        }
    }

    private void done(int writer, long token) {
        if (writer == life) {
            persisted.accept(token);
        }
    }

    private static long token(Effect effect) {
        if (effect instanceof Effect.Append append) {
            return append.token();
        }
        if (effect instanceof Effect.NewSegment segment) {
            return segment.token();
        }
        if (effect instanceof Effect.Install install) {
            return install.token();
        }
        throw new IllegalArgumentException("not for the disk: " + effect);
    }

    /** The process dies: what it had not synced is there in part or not at all. */
    void crash() {
        life++;
        if (durable) {
            keepPart(writing);
        } else if (!holdsSave && rng.chance(0.5)) {
            saved = image.copy();
            saved.loseVotes();
        }
        writing = List.of();
        waiting = new ArrayList<>();
    }

    private void keepPart(List<Effect> group) {
        int handed = rng.below(group.size() + 1);
        List<Effect.Append> appends = new ArrayList<>();
        for (int i = 0; i < Math.min(handed + 1, group.size()); i++) {
            Effect effect = group.get(i);
            if (effect instanceof Effect.Append append) {
                appends.add(append);
            } else if (i < handed || rng.chance(0.5)) {
                if (effect instanceof Effect.NewSegment) {
                    appends.clear();
                }
                image.apply(effect);
            }
        }
        int kept = rng.below(appends.size() + 1);
        appends.subList(0, kept).forEach(image::apply);
        tear(appends.subList(kept, appends.size()));
    }

    private void tear(List<Effect.Append> lost) {
        List<byte[]> group = new ArrayList<>();
        if (rng.chance(0.5)) {
            lost.forEach(append -> group.add(append.record()));
        }
        image.tear(plan.cluster(), group, rng);
        if (!group.isEmpty()) {
            tally.saw(Fault.TORN_WRITE);
        }
    }

    /** Everything is gone. */
    void wipe() {
        image = new DiskImage(-1);
        saved = new DiskImage(-1);
    }

    /** One bit of the state file changed; false if there is nothing to change. */
    boolean damage() {
        boolean done = (durable ? image : saved).damage(rng);
        damaged |= done;
        return done;
    }

    /** The tick in the head of the vote log that a boot would find. */
    long tickOnDisk() {
        return durable ? image.tick() : saved.tick();
    }

    @Override
    public void read(int page, byte[] target) {
        byte[] bytes = image.page(page);
        if (bytes.length == 0) {
            Arrays.fill(target, (byte) 0);
        } else {
            System.arraycopy(bytes, 0, target, 0, bytes.length);
        }
    }
}
