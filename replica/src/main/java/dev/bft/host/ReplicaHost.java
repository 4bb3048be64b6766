package dev.bft.host;

import dev.bft.coprocessor.Coprocessor;
import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.net.Receiver;
import dev.bft.net.Transport;
import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import dev.bft.protocol.Fact;
import dev.bft.protocol.Replica;
import dev.bft.protocol.ReplicaStatus;
import dev.bft.wire.Digest;
import java.io.IOException;
import java.util.Locale;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentLinkedQueue;

/**
 * Runs one replica: the selector and the core on one thread, so that a frame is answered without changing threads;
 * disk, coprocessor and watchdog have threads of their own and answer by events.
 */
final class ReplicaHost implements Receiver {
    private static final long TICK = 5_000_000L;
    private static final long REPORT = 1_000_000_000L;
    private static final long FINISH_MILLIS = 5_000;

    private final Replica core;
    private final Transport transport;
    private final Parts parts;
    private final Launch launch;
    private final DiskThread disk;
    private final CoprocessorThread coprocessor;
    private final ConcurrentLinkedQueue<Runnable> inbox = new ConcurrentLinkedQueue<>();
    private long persisted;
    private long tickedAt;
    private long reportedAt;
    private long saveToken = -1;
    private long saveTick;
    private long lastCounter;
    private String phase = "";
    private boolean stopping;

    /** What stands around the core. */
    record Parts(Storage storage, boolean durable, Coprocessor coprocessor, Reporter reporter) {}

    ReplicaHost(Replica core, Transport transport, Parts parts, Launch launch) {
        this.core = core;
        this.transport = transport;
        this.parts = parts;
        this.launch = launch;
        this.disk = new DiskThread(
                parts.storage(), parts.durable(), transport::wakeup, why -> Stop.now(Stop.INTERNAL, why));
        this.coprocessor = new CoprocessorThread(parts.coprocessor(), this::post);
    }

    /** Runs until the watchdog says stop. */
    void run(byte[] seed) throws IOException, InterruptedException {
        disk.start();
        daemon(coprocessor, "bft-coprocessor");
        step(new Event.Booted(seed, parts.storage().saved()));
        parts.reporter().tell(new ReplicaReport.Progress("loaded"));
        while (!stopping) {
            transport.poll(TICK, this);
            turn();
        }
        disk.finish(FINISH_MILLIS);
        transport.close();
    }

    static void daemon(Runnable body, String name) {
        Thread thread = new Thread(body, name);
        thread.setDaemon(true);
        thread.start();
    }

    /** From any thread: an event for the core. */
    void post(Event event) {
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
            report();
        } else {
            stopping = true;
        }
    }

    private void turn() {
        long done = disk.persisted();
        if (done > persisted) {
            persisted = done;
            step(new Event.Persisted(done));
        }
        Runnable next = inbox.poll();
        while (next != null) {
            next.run();
            next = inbox.poll();
        }
        long now = System.nanoTime();
        if (now - tickedAt >= TICK) {
            tickedAt = now;
            step(new Event.Tick(now));
        }
        if (now - reportedAt >= REPORT) {
            report();
        }
    }

    @Override
    public void received(long link, byte[] frame) {
        step(new Event.Received(link, frame));
    }

    private void step(Event event) {
        for (Effect effect : core.step(event)) {
            perform(effect);
        }
        if (event instanceof Event.Persisted && saveToken >= 0 && persisted >= saveToken) {
            saveToken = -1;
            parts.reporter().tell(new ReplicaReport.SaveDone(saveTick, true));
        }
    }

    private void perform(Effect effect) {
        if (effect instanceof Effect.SendToReplica send) {
            transport.send(send.replica(), send.frame());
        } else if (effect instanceof Effect.SendToLink send) {
            transport.send(send.link(), send.frame());
        } else if (effect instanceof Effect.Trust trust) {
            transport.trust(trust.link());
        } else if (effect instanceof Effect.Sign || effect instanceof Effect.Open) {
            coprocessor.add(effect);
        } else if (effect instanceof Effect.Report report) {
            tell(report.fact());
        } else {
            write(effect);
        }
    }

    private void write(Effect effect) {
        if (effect instanceof Effect.Append append) {
            disk.add(new DiskThread.Append(append.token(), append.record()));
        } else if (effect instanceof Effect.NewSegment segment) {
            boolean save = segment.tick() != launch.tick();
            disk.add(new DiskThread.Replace(segment.token(), segment.tick(), segment.records(), save));
        } else if (effect instanceof Effect.Install install) {
            disk.add(new DiskThread.Install(install.token(), install.image()));
        } else if (effect instanceof Effect.Saved saved) {
            saveToken = saved.token();
        }
    }

    private void tell(Fact fact) {
        if (fact instanceof Fact.Ready) {
            parts.reporter().tell(new ReplicaReport.Progress("ready"));
            parts.reporter().tell(new ReplicaReport.Ready(launch.boot()));
            report();
        } else if (fact instanceof Fact.KeysRefreshed keys) {
            lastCounter = keys.counter();
            claim("key-refresh", "counter " + keys.counter());
        } else if (fact instanceof Fact.Alarm alarm) {
            claim("alarm", alarm.text());
        } else if (fact instanceof Fact.Amnesia amnesia) {
            claim("amnesia", amnesia.bound() < 0 ? "no usable vote log" : "votes again above " + amnesia.bound());
        } else if (fact instanceof Fact.TransferStarted transfer) {
            claim("transfer", "to checkpoint " + transfer.seqno());
        } else if (fact instanceof Fact.TransferDone transfer) {
            claim("transfer", "checkpoint " + transfer.seqno() + " installed, " + transfer.pages() + " pages");
        }
    }

    private void claim(String kind, String text) {
        parts.reporter().tell(new ReplicaReport.Claim(kind, text));
    }

    private void report() {
        reportedAt = System.nanoTime();
        ReplicaStatus status = core.status();
        if (!status.phase().equals(phase)) {
            phase = status.phase();
            parts.reporter().tell(new ReplicaReport.Progress(phase));
        }
        Runtime runtime = Runtime.getRuntime();
        String digest = status.stableDigest().equals(Digest.ZERO)
                ? ""
                : status.stableDigest().hex();
        parts.reporter()
                .tell(new ReplicaReport.StatusReport(
                        status.phase(),
                        status.view(),
                        status.executed(),
                        status.stable(),
                        digest,
                        status.primary(),
                        !status.ready(),
                        lastCounter,
                        status.drops().values().stream()
                                .mapToLong(Long::longValue)
                                .sum(),
                        runtime.totalMemory() - runtime.freeMemory(),
                        metrics(status)));
    }

    private SortedMap<String, Long> metrics(ReplicaStatus status) {
        TreeMap<String, Long> metrics = new TreeMap<>();
        status.drops().forEach((reason, count) -> metrics.put("drop." + reason, count));
        transport
                .losses()
                .forEach((loss, count) -> metrics.put("loss." + loss.name().toLowerCase(Locale.ROOT), count));
        metrics.put("queued", (long) status.queued());
        metrics.put("log_bytes", status.logBytes());
        metrics.put("sessions", (long) status.sessions());
        metrics.put("key_age_ms", status.keyAge() / 1_000_000);
        return metrics;
    }
}
