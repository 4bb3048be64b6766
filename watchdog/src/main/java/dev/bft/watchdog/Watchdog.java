package dev.bft.watchdog;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.keystore.ConfigException;
import dev.bft.watchdog.image.Boots;
import dev.bft.watchdog.image.ImageRefusedException;
import dev.bft.watchdog.sandbox.Exit;
import dev.bft.watchdog.sandbox.TrustedJvm;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;

/**
 * The process that boots one replica and watches it. Its own thread waits for events and for the time, lets the
 * {@link Monitor} decide, and kills; whatever may take long is done by other threads.
 */
final class Watchdog implements ControlServer.Desk, Processes.Listener {

    /** How a replica is kept from its host in this release: by the launcher alone, which is no isolation. */
    static final String ISOLATION = "none";

    private static final int EVENTS_MAX = 10_000;
    private static final long STATUS_PERIOD_MILLIS = 1_000;
    private static final long FRESH_STATUS_MILLIS = 300;

    private final WatchdogFolder folder;
    private final Boots boots;
    private final BootNumbersFile numbers;
    private final Monitor monitor;
    private final Processes processes;
    private final AuditWriter audit;
    private final WatchdogLog log;
    private final ControlServer control;
    private final BlockingQueue<MonitorEvent> events = new ArrayBlockingQueue<>(EVENTS_MAX);
    private final ExecutorService worker = Executors.newSingleThreadExecutor(Watchdog::daemon);
    private final Claims claims = new Claims();
    private final ProcFile ofReplica = new ProcFile();
    private final ProcFile ofWatchdog = new ProcFile();
    private final ProcFile ofCoprocessor = new ProcFile();
    private volatile MonitorView view;
    private volatile String diskProblem = "";
    private boolean ended;

    /** Binds the control socket; nothing runs before {@link #run}. */
    Watchdog(WatchdogFolder folder, TrustedJvm jvm, AuditWriter audit, WatchdogLog log, BootNumbersFile numbers)
            throws IOException, ConfigException {
        this.folder = folder;
        this.audit = audit;
        this.log = log;
        this.numbers = numbers;
        this.boots = new Boots(
                folder.cluster().image(),
                folder.cluster().rom(folder.replica()),
                folder.cluster().config(),
                folder.cluster().boots(folder.replica()),
                folder.rom().release());
        this.processes = new Processes(folder, boots, jvm, this);
        this.monitor = new Monitor(
                MonitorSettings.of(
                        folder.config().recovery().saveDeadline().toMillis(),
                        folder.config().recovery().readyDeadline().toMillis()),
                numbers.load());
        this.view = monitor.view();
        this.control = ControlServer.open(folder, this);
    }

    /** Boots the replica and watches it until it was stopped. */
    void run() throws InterruptedException, IOException {
        audit.start();
        control.start();
        step(new MonitorEvent.Started());
        long statusAt = 0;
        while (!ended) {
            long now = now();
            if (statusAt <= now) {
                processes.tell(new WatchdogOrder.StatusAsked());
                statusAt = now + STATUS_PERIOD_MILLIS;
            }
            long wait = Math.max(0, Math.min(monitor.wakeAt(), statusAt) - now);
            MonitorEvent event = events.poll(wait, TimeUnit.MILLISECONDS);
            step(event == null ? new MonitorEvent.TimePassed() : event);
        }
        end();
    }

    private void end() throws InterruptedException, IOException {
        processes.end();
        deleteBefore(Long.MAX_VALUE);
        control.close();
        audit.close();
    }

    private void step(MonitorEvent event) throws IOException {
        if (event instanceof MonitorEvent.Died died) {
            log.say("replica of boot " + died.boot() + " is dead: " + died.exit());
            processes.forgetReplica();
        }
        List<MonitorAction> actions = monitor.step(event, now());
        // Whoever is answered by one of these may ask for the status next.
        view = monitor.view();
        for (MonitorAction action : actions) {
            perform(action);
        }
    }

    private void perform(MonitorAction action) throws IOException {
        if (action instanceof MonitorAction.Kill) {
            processes.kill();
        } else if (action instanceof MonitorAction.Tell tell) {
            tell(tell.order());
        } else if (action instanceof MonitorAction.Answer answer) {
            control.answer(answer.ticket(), answer.message());
        } else if (action instanceof MonitorAction.Audit record) {
            note(record);
        } else if (action instanceof MonitorAction.Keep keep) {
            worker.execute(() -> keep(keep.numbers()));
        } else if (action instanceof MonitorAction.Spawn spawn) {
            worker.execute(() -> spawn(spawn));
        } else if (action instanceof MonitorAction.PrepareBoot prepare) {
            daemon(() -> image(prepare.boot(), true)).start();
        } else if (action instanceof MonitorAction.VerifyBoot verify) {
            daemon(() -> image(verify.boot(), false)).start();
        } else {
            ended = true;
        }
    }

    /** A disk that does not keep the numbers must not keep the replica down; at worst it votes less after a reboot. */
    private void keep(BootNumbers kept) {
        try {
            numbers.keep(kept);
            diskProblem = "";
        } catch (IOException e) {
            diskProblem = "the numbers of boot and recovery could not be kept: " + e;
            log.say(diskProblem);
        }
    }

    /** An order to save comes after the numbers kept so far: what is saved must not be known before it was asked for. */
    private void tell(WatchdogOrder order) {
        if (order instanceof WatchdogOrder.Save) {
            worker.execute(() -> processes.tell(order));
        } else {
            processes.tell(order);
        }
    }

    private void spawn(MonitorAction.Spawn spawn) {
        try {
            processes.spawn(spawn);
            deleteBefore(spawn.boot());
        } catch (IOException e) {
            post(new MonitorEvent.SpawnFailed(spawn.boot(), WatchdogLog.oneLine(String.valueOf(e.getMessage()))));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Old copies are only in the way. */
    private void deleteBefore(long boot) {
        try {
            boots.deleteBefore(boot);
        } catch (IOException e) {
            log.say("an old copy of the image could not be removed: " + e);
        }
    }

    private void image(long boot, boolean fresh) {
        try {
            String digest = fresh ? boots.prepare(boot) : boots.verify(boot);
            post(new MonitorEvent.ImageAccepted(boot, digest));
        } catch (ImageRefusedException e) {
            post(new MonitorEvent.ImageRefused(boot, WatchdogLog.oneLine(String.valueOf(e.getMessage()))));
        } catch (IOException e) {
            String why = WatchdogLog.oneLine("the image could not be copied and read, which is no verdict on it: " + e
                    + "; free space or replace the disk");
            post(new MonitorEvent.ImageRefused(boot, why));
        }
    }

    @Override
    public WatchdogStatus status() {
        // The phase first: what the replica says of itself is then at least as new as that. And the process that the
        // phase is of: while its claim is waited for it may die, and another one be launched.
        MonitorView at = view;
        int pid = processes.replicaPid();
        long asked = now();
        processes.tell(new WatchdogOrder.StatusAsked());
        Optional<ReplicaReport.StatusReport> claim =
                pid == 0 ? Optional.empty() : claims.fresh(asked, FRESH_STATUS_MILLIS);
        ProcessUse replica = ofReplica.useOf(pid);
        // A process that just died is not ready, although the monitor may hear of it a moment later.
        boolean gone = at.phase() == ReplicaPhase.READY && replica.pid() == 0;
        return new WatchdogStatus(
                folder.replica(),
                gone ? ReplicaPhase.BOOTING : at.phase(),
                problem(at),
                ISOLATION,
                at.image(),
                at.numbers().boot(),
                at.numbers().tick(),
                replica,
                ofWatchdog.useOf((int) ProcessHandle.current().pid()),
                ofCoprocessor.useOf(processes.coprocessorPid()),
                claim,
                at.lastRecovery());
    }

    private String problem(MonitorView at) {
        String joined = String.join("; ", at.problem(), audit.problem(), diskProblem);
        return WatchdogLog.oneLine(joined.replaceAll("(; )+", "; ").replaceAll("^; |; $", ""));
    }

    @Override
    public void recover(long ticket, ControlMessage.RecoverAsked asked) throws InterruptedException {
        String reason = WatchdogLog.oneLine(asked.reason());
        events.put(new MonitorEvent.RecoverAsked(ticket, reason, asked.ifNotSaved(), System.currentTimeMillis()));
    }

    @Override
    public void stop(long ticket) throws InterruptedException {
        events.put(new MonitorEvent.StopAsked(ticket));
    }

    @Override
    public ControlMessage handOver() {
        ReplicaPhase phase = view.phase();
        if (phase != ReplicaPhase.READY) {
            return new ControlMessage.Refused(
                    WatchdogRefusalException.Cause.BUSY,
                    "the replica is " + phase.text()
                            + ", so nothing is handed over; try again when bft status says that it is ready");
        }
        note(Diary.handedOver());
        processes.tell(new WatchdogOrder.HandOver());
        return new ControlMessage.Accepted();
    }

    @Override
    public ControlMessage override(String reason) {
        note(Diary.overridden(WatchdogLog.oneLine(reason)));
        return new ControlMessage.Accepted();
    }

    private void note(MonitorAction.Audit record) {
        log.say(record);
        audit.add(record);
    }

    @Override
    public void spawned(long boot, int pid) throws InterruptedException {
        claims.clear();
        events.put(new MonitorEvent.Spawned(boot, pid));
    }

    @Override
    public void reported(long boot, ReplicaReport report) throws InterruptedException {
        if (report instanceof ReplicaReport.StatusReport status) {
            claims.put(status, now());
        }
        events.put(new MonitorEvent.Reported(boot, report));
    }

    @Override
    public void broken(long boot, String why) throws InterruptedException {
        events.put(new MonitorEvent.Broken("the channel of the replica is useless: " + WatchdogLog.oneLine(why)));
    }

    @Override
    public void died(long boot, Exit exit) throws InterruptedException {
        events.put(new MonitorEvent.Died(boot, exit));
    }

    @Override
    public void coprocessorDied(String how) {
        post(new MonitorEvent.Broken("the coprocessor is gone: " + how));
    }

    private void post(MonitorEvent event) {
        try {
            events.put(event);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable work) {
        Thread thread = new Thread(work, "watchdog worker");
        thread.setDaemon(true);
        return thread;
    }

    private static long now() {
        return TimeUnit.NANOSECONDS.toMillis(System.nanoTime());
    }
}
