package dev.bft.host;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.net.Receiver;
import dev.bft.net.Transport;
import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import dev.bft.protocol.Fact;
import dev.bft.protocol.Replica;
import dev.bft.protocol.ReplicaStatus;
import java.io.IOException;
import java.nio.channels.SocketChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * Runs one replica: the selector and the core on one thread, so that a frame is answered without changing threads;
 * disk, coprocessor and watchdog have threads of their own and answer by events.
 */
final class ReplicaHost implements Receiver {
    private static final long TICK = 5_000_000L;
    private static final long LOOK = 100_000_000L;
    private static final long REPORT = 250_000_000L;
    private static final long FINISH_MILLIS = 5_000;

    private final Replica core;
    private final Transport transport;
    private final Reporter reporter;
    private final Storage storage;
    private final long boot;
    private final DiskThread disk;
    private final CoprocessorThread coprocessor;
    private final Reached reached;
    private final Hush hush = new Hush();
    private final StatusReports reports;
    private final IdleHeap heap;

    /** What other threads want done here. */
    private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();

    private long persisted;
    private long frames;
    private long tickedAt;
    private long lookedAt;
    private long reportedAt;
    private long saveToken = -1;
    private long saveTick;
    private String phase = "";
    private BooleanSupplier rehearsed = () -> true;
    private boolean caughtUp;
    private boolean ready;
    private boolean stopping;

    /**
     * What stands around the core.
     *
     * @param durable whether votes reach the disk before they are sent
     * @param coprocessor the channel to the coprocessor
     * @param fatal ends the process, with one line that says why
     */
    record Surroundings(
            Transport transport,
            Storage storage,
            boolean durable,
            SocketChannel coprocessor,
            Reporter reporter,
            Consumer<String> fatal) {}

    ReplicaHost(Replica core, Surroundings around, long boot) {
        this.core = core;
        this.transport = around.transport;
        this.reporter = around.reporter;
        this.storage = around.storage;
        this.boot = boot;
        this.reports = new StatusReports(core.replicas());
        this.reached = new Reached(core.replicas());
        this.heap = new IdleHeap(core.id(), Runtime.getRuntime()::totalMemory, System::gc, System.nanoTime());
        this.disk = new DiskThread(storage, around.durable, transport::wakeup, around.fatal);
        this.coprocessor = new CoprocessorThread(around.coprocessor, this::post, around.fatal);
    }

    /**
     * Runs until the watchdog says stop.
     *
     * @param seed 32 random bytes
     * @param isRehearsed whether the code has run before: until then the replica takes part and is not called ready
     */
    void run(byte[] seed, BooleanSupplier isRehearsed) throws IOException, InterruptedException {
        rehearsed = isRehearsed;
        disk.start();
        coprocessor.start();
        for (String fault : storage.faults()) {
            reports.claim("storage", fault, System.nanoTime()).ifPresent(reporter::tell);
        }
        step(new Event.Booted(seed, storage.saved()));
        reporter.tell(new ReplicaReport.Progress("loaded"));
        while (!stopping) {
            transport.poll(TICK, this);
            turn();
        }
        transport.close();
        disk.finish(FINISH_MILLIS);
    }

    /** What was wrong with its files. */
    List<String> faults() {
        return storage.faults();
    }

    /** From any thread: an event for the core. */
    private void post(Event event) {
        enqueue(() -> step(event));
    }

    /** From any thread: an order of the watchdog. */
    void order(WatchdogOrder order) {
        enqueue(() -> obey(order));
    }

    private void enqueue(Runnable work) {
        inbox.add(work);
        transport.wakeup();
    }

    private void obey(WatchdogOrder order) {
        if (order instanceof WatchdogOrder.Save save) {
            saveTick = save.nextTick();
            step(new Event.SaveAsked(save.nextTick()));
        } else if (order instanceof WatchdogOrder.StatusAsked) {
            report(core.status());
        } else if (order instanceof WatchdogOrder.HandOver) {
            step(new Event.HandOverAsked());
        } else {
            stopping = true;
        }
    }

    private void turn() {
        Runnable next = inbox.poll();
        while (next != null) {
            next.run();
            next = inbox.poll();
        }
        tellIfReady();
        long now = System.nanoTime();
        if (now - tickedAt >= TICK) {
            tickedAt = now;
            hush.silent(core.silent());
            reached.changes(transport::isConnected).forEach(this::step);
            step(new Event.Tick(now, WallClock.micros()));
        }
        if (now - lookedAt >= LOOK) {
            lookedAt = now;
            look(now);
        }
        tellPersisted();
    }

    /** Last of all: what the steps before it appended may be done already, and nobody wakes the selector for that. */
    private void tellPersisted() {
        while (disk.persisted() > persisted) {
            persisted = disk.persisted();
            step(new Event.Persisted(persisted));
            tellIfSaved();
        }
    }

    private void tellIfReady() {
        if (caughtUp && !ready && rehearsed.getAsBoolean()) {
            ready = true;
            reporter.tell(new ReplicaReport.Progress("ready"));
            reporter.tell(new ReplicaReport.Ready(boot));
        }
    }

    private void tellIfSaved() {
        if (saveToken >= 0 && persisted >= saveToken) {
            saveToken = -1;
            reporter.tell(new ReplicaReport.SaveDone(saveTick, true));
        }
    }

    /** Reports four times a second, and when the phase changes. */
    private void look(long now) {
        reached.missing(core.silent()).forEach(transport::redial);
        heap.look(now, frames);
        ReplicaStatus status = core.status();
        if (!status.phase().equals(phase)) {
            phase = status.phase();
            reporter.tell(new ReplicaReport.Progress(phase));
            report(status);
        } else if (now - reportedAt >= REPORT) {
            report(status);
        }
    }

    private void report(ReplicaStatus status) {
        reportedAt = System.nanoTime();
        reporter.tell(reports.status(status, transport.losses(), hush.held(), reporter.lost()));
    }

    @Override
    public void received(long link, byte[] frame) {
        frames++;
        step(new Event.Received(link, frame));
    }

    private void step(Event event) {
        List<Effect> effects = core.step(event);
        boolean save = effects.stream().anyMatch(Effect.Saved.class::isInstance);
        List<DiskThread.Work> works = new ArrayList<>();
        for (Effect effect : effects) {
            forDisk(effect, save).ifPresentOrElse(works::add, () -> perform(effect));
        }
        disk.add(works);
    }

    private static Optional<DiskThread.Work> forDisk(Effect effect, boolean save) {
        if (effect instanceof Effect.Append append) {
            return Optional.of(new DiskThread.Append(append.token(), append.record()));
        }
        if (effect instanceof Effect.NewSegment segment) {
            return Optional.of(new DiskThread.Replace(segment.token(), segment.tick(), segment.records(), save));
        }
        if (effect instanceof Effect.Install install) {
            return Optional.of(new DiskThread.Install(install.token(), install.image()));
        }
        return Optional.empty();
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.SendToReplica send) {
            if (hush.lets(send.replica(), send.frame(), System.nanoTime())) {
                transport.send(send.replica(), send.frame());
            }
        } else if (effect instanceof Effect.SendToLink send) {
            transport.send(send.link(), send.frame());
        } else if (effect instanceof Effect.Sign sign) {
            coprocessor.sign(sign);
        } else if (effect instanceof Effect.Open open) {
            coprocessor.open(open);
        } else if (effect instanceof Effect.Trust trust) {
            transport.trust(trust.link(), trust.replica());
        } else if (effect instanceof Effect.Mute mute) {
            transport.mute(mute.link(), mute.nanos());
        } else if (effect instanceof Effect.Saved saved) {
            saveToken = saved.token();
            tellIfSaved();
        } else if (effect instanceof Effect.Report report) {
            tell(report.fact());
        }
    }

    private void tell(Fact fact) {
        if (fact instanceof Fact.Ready) {
            reporter.tell(new ReplicaReport.Progress("caught-up"));
            caughtUp = true;
        } else {
            reports.claim(fact, System.nanoTime()).ifPresent(reporter::tell);
        }
    }
}
