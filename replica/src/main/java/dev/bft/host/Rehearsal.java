package dev.bft.host;

import dev.bft.protocol.ClientCore;
import dev.bft.protocol.ClientEffect;
import dev.bft.protocol.ClientEvent;
import dev.bft.protocol.ClientSettings;
import dev.bft.protocol.Event;
import dev.bft.protocol.Settings;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * A group of four replicas and a client inside this process, that serves operations and loses its primary again and
 * again, so that the code of the protocol and of its cryptography is compiled before it is needed.
 *
 * <p>The code of a view change runs seldom, and first of all when a primary failed: in a JVM that never ran it a view
 * change takes some 0.2 to 0.7 s instead of 20 ms. A replica that was just rebooted is such a JVM.
 *
 * <p>Nothing of it leaves the process or stays: it has keys, pages and a clock of its own. The clock stands still
 * while anything is to be done, so its timeouts cost nothing.
 */
final class Rehearsal implements RehearsedReplica.Stage {
    private static final int REPLICAS = 4;
    private static final int CLIENT = 1000;
    private static final long CLIENT_LINK = CLIENT;
    private static final int SESSIONS = 8;
    private static final int CLIENT_KEYS = 16;
    private static final long MILLIS = 1_000_000;
    private static final long TICK = 5 * MILLIS;
    private static final long CLOCK_MAX = 60_000 * MILLIS;
    private static final int CUT_NONE = -1;

    /**
     * The first loss shortens the next one from some 110 ms of processor time to 30; two more cost this process 0.7 s of
     * it, a third of all a boot takes, and shorten it by no more than one run differs from another.
     */
    private static final int VIEWS = 1;

    private static final int OPERATIONS = 4;
    private static final long NANOS_MAX = 3_000 * MILLIS;

    private final byte[] cluster = new byte[16];
    private final RehearsalKeys keys = new RehearsalKeys(cluster, REPLICAS, CLIENT);
    private final List<RehearsedReplica> replicas = new ArrayList<>();
    private final ClientCore client =
            new ClientCore(ClientSettings.of(CLIENT, REPLICAS, cluster, 0).withSessions(SESSIONS), keys);
    private final ArrayDeque<Runnable> waiting = new ArrayDeque<>();
    private final long deadline;
    private long clock;
    private int cut = CUT_NONE;
    private long asked;
    private long answered;

    /** A group that plays for so many nanoseconds from now at most. */
    Rehearsal(long nanosMax) {
        this.deadline = System.nanoTime() + nanosMax;
        for (int i = 0; i < REPLICAS; i++) {
            replicas.add(new RehearsedReplica(settings(i), keys, this));
        }
    }

    private Settings settings(int replica) {
        return new Settings(
                replica,
                REPLICAS,
                cluster,
                0,
                16,
                64,
                8,
                1 << 20,
                64,
                150 * MILLIS,
                CLOCK_MAX,
                true,
                2 * SESSIONS,
                CLIENT_KEYS,
                300 * MILLIS,
                2_000 * MILLIS,
                Settings.HALT_NOWHERE);
    }

    /** Plays as much as is worth its time at a boot. */
    static void once() {
        new Rehearsal(NANOS_MAX).play(VIEWS, OPERATIONS);
    }

    /**
     * Plays it.
     *
     * @param views how many primaries are lost
     * @param operations how many operations are served before and after each loss
     * @return how many operations were answered
     */
    long play(int views, int operations) {
        byte[] seed = new byte[32];
        for (int i = 0; i < REPLICAS; i++) {
            seed[0] = (byte) i;
            replicas.get(i).boot(seed.clone());
        }
        client(new ClientEvent.Started(new byte[32], 1));
        for (int i = 0; i < REPLICAS; i++) {
            client(new ClientEvent.Connected(i));
        }
        serve(operations);
        for (int view = 0; view < views && goesOn(); view++) {
            int primary = view % REPLICAS;
            cut = primary;
            reached(primary, false);
            serve(operations);
            cut = CUT_NONE;
            reached(primary, true);
            serve(operations);
        }
        return answered;
    }

    /** The view that each replica is in. */
    List<Long> views() {
        return replicas.stream().map(RehearsedReplica::view).toList();
    }

    private void reached(int replica, boolean stands) {
        for (int i = 0; i < REPLICAS; i++) {
            if (i != replica) {
                replicas.get(i).step(new Event.Reached(replica, stands));
                replicas.get(replica).step(new Event.Reached(i, stands));
            }
        }
    }

    private boolean goesOn() {
        return clock < CLOCK_MAX && System.nanoTime() - deadline < 0;
    }

    /** Until so many more operations are answered. */
    private void serve(int operations) {
        long goal = answered + operations;
        while (asked < goal && asked < answered + SESSIONS) {
            ask();
        }
        while (answered < goal && goesOn()) {
            Runnable next = waiting.poll();
            if (next == null) {
                tick();
            } else {
                next.run();
            }
            while (asked < goal && asked < answered + SESSIONS) {
                ask();
            }
        }
    }

    private void ask() {
        byte[] operation = new byte[4 + 64];
        asked++;
        client(new ClientEvent.Invoke(asked, operation));
    }

    private void tick() {
        clock += TICK;
        replicas.forEach(replica -> replica.step(new Event.Tick(clock, clock / 1000)));
        client(new ClientEvent.Tick(clock));
    }

    private void client(ClientEvent event) {
        for (ClientEffect effect : client.step(event)) {
            if (effect instanceof ClientEffect.SendToReplica send) {
                if (send.replica() != cut) {
                    later(() -> replicas.get(send.replica()).step(new Event.Received(CLIENT_LINK, send.frame())));
                }
            } else if (effect instanceof ClientEffect.Complete) {
                answered++;
            }
        }
    }

    @Override
    public void toReplica(int from, int to, byte[] frame) {
        if (from != cut && to != cut) {
            later(() -> replicas.get(to).step(new Event.Received(from, frame)));
        }
    }

    @Override
    public void toLink(int from, long link, byte[] frame) {
        if (link != CLIENT_LINK) {
            toReplica(from, (int) link, frame);
        } else if (from != cut) {
            later(() -> client(new ClientEvent.Received(from, frame)));
        }
    }

    @Override
    public void later(Runnable what) {
        waiting.add(what);
    }
}
