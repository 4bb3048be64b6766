package dev.bft.watchdog;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.watchdog.MonitorAction.Answer;
import dev.bft.watchdog.MonitorAction.Keep;
import dev.bft.watchdog.MonitorAction.Kill;
import dev.bft.watchdog.MonitorAction.PrepareBoot;
import dev.bft.watchdog.MonitorAction.Spawn;
import dev.bft.watchdog.MonitorAction.Tell;
import dev.bft.watchdog.MonitorAction.VerifyBoot;
import dev.bft.watchdog.MonitorEvent.Broken;
import dev.bft.watchdog.MonitorEvent.Died;
import dev.bft.watchdog.MonitorEvent.ImageAccepted;
import dev.bft.watchdog.MonitorEvent.ImageRefused;
import dev.bft.watchdog.MonitorEvent.RecoverAsked;
import dev.bft.watchdog.MonitorEvent.Reported;
import dev.bft.watchdog.MonitorEvent.SpawnFailed;
import dev.bft.watchdog.MonitorEvent.Spawned;
import dev.bft.watchdog.MonitorEvent.Started;
import dev.bft.watchdog.MonitorEvent.StopAsked;
import dev.bft.watchdog.WatchdogRefusalException.Cause;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Decides when a replica is booted, saved, killed and booted again: a function of events and the time they come with.
 *
 * <p>A replica runs only from a verified copy of the image, and a new one only after the old one is proved dead. Nothing
 * a replica says is needed: each wait for its word has an end.
 */
final class Monitor {

    private static final long NEVER = Long.MAX_VALUE;

    private final MonitorSettings settings;
    private final Diary diary = new Diary();
    private final Backoff backoff = new Backoff();
    private final Recoveries recoveries = new Recoveries();
    private final List<MonitorAction> actions = new ArrayList<>();
    private final List<Long> stopTickets = new ArrayList<>();

    private long now;
    private long deadline = NEVER;
    private Stage stage = Stage.WAITING;
    private BootNumbers numbers;
    private boolean copied;
    private long saveTick;
    private boolean stopping;

    private Life life = Life.none();

    Monitor(MonitorSettings settings, BootNumbers numbers) {
        this.settings = settings;
        this.numbers = numbers;
    }

    /** Takes in what happened at this time, in milliseconds that only grow, and returns what is to be done. */
    List<MonitorAction> step(MonitorEvent event, long millis) {
        now = millis;
        actions.clear();
        if (event instanceof Started) {
            actions.add(diary.started(numbers));
            prepare();
        } else if (event instanceof RecoverAsked asked) {
            onRecoverAsked(asked);
        } else if (event instanceof StopAsked asked) {
            onStopAsked(asked.ticket());
        } else if (event instanceof Reported reported && reported.boot() == life.boot()) {
            onReport(reported.report());
        } else if (event instanceof ImageAccepted accepted && accepted.boot() == numbers.boot()) {
            onImageAccepted(accepted.digest());
        } else if (event instanceof ImageRefused refused && refused.boot() == numbers.boot()) {
            onImageRefused(refused.why());
        } else if (event instanceof Spawned spawned) {
            onSpawned(spawned);
        } else if (event instanceof SpawnFailed failed && stage == Stage.SPAWNING) {
            actions.add(diary.alarm("the replica could not be started: " + failed.why()));
            waitOrStop("it could not be started: " + failed.why());
        } else if (event instanceof Died died && died.boot() == life.boot()) {
            onDied(died);
        } else if (event instanceof Broken broken) {
            onBroken(broken.why());
        }
        if (deadline <= now) {
            onDeadline();
        }
        return List.copyOf(actions);
    }

    /** Returns when {@link #step} must be called at the latest, whatever happens until then. */
    long wakeAt() {
        return deadline;
    }

    MonitorView view() {
        return new MonitorView(phase(), diary.problem(), diary.image(), numbers, recoveries.report(numbers.tick()));
    }

    private ReplicaPhase phase() {
        if (stage == Stage.STOPPED || stage == Stage.STUCK) {
            return stage.phase();
        }
        if (stopping) {
            return ReplicaPhase.STOPPING;
        }
        if (diary.isRefused()) {
            return ReplicaPhase.REFUSED;
        }
        if (recoveries.isActive()) {
            return ReplicaPhase.RECOVERING;
        }
        return life.isReady() && stage == Stage.RUNNING ? ReplicaPhase.READY : stage.phase();
    }

    private void prepare() {
        numbers = numbers.nextBoot();
        copied = false;
        actions.add(new Keep(numbers));
        actions.add(new PrepareBoot(numbers.boot()));
        enter(Stage.PREPARING, settings.image());
    }

    private void onImageAccepted(String digest) {
        if (stage != Stage.PREPARING && stage != Stage.CHECKING && stage != Stage.VERIFYING) {
            return;
        }
        diary.accepted(digest);
        actions.addAll(recoveries.accept());
        passed("verify");
        if (stage != Stage.CHECKING) {
            actions.add(new Spawn(numbers.boot(), numbers.tick()));
            enter(Stage.SPAWNING, NEVER);
            return;
        }
        copied = true;
        if (life.isSilent()) {
            kill();
        } else {
            save(numbers.tick() + 1);
        }
    }

    private void onImageRefused(String why) {
        boolean isDead = stage == Stage.PREPARING || stage == Stage.VERIFYING;
        if (!isDead && stage != Stage.CHECKING) {
            return;
        }
        diary.refused(why, isDead).ifPresent(actions::add);
        actions.addAll(recoveries.refuse(Cause.IMAGE, why));
        if (isDead) {
            enter(Stage.WAITING, backoff.next());
        } else {
            run();
        }
    }

    private void onSpawned(Spawned spawned) {
        life = new Life(spawned.boot(), now);
        actions.add(diary.booted(numbers, spawned.pid()));
        passed("launch");
        if (stopping) {
            kill();
        } else {
            run();
        }
    }

    /** Goes back to waiting for the process, whose time runs from its launch. */
    private void run() {
        stage = Stage.RUNNING;
        deadline = life.deadline(settings);
    }

    private void onReport(ReplicaReport report) {
        if (report instanceof ReplicaReport.Claim claim) {
            diary.claimed(claim, now).ifPresent(actions::add);
            return;
        }
        life.heard();
        if (report instanceof ReplicaReport.Progress word && life.passes(word.phase()) && stage == Stage.RUNNING) {
            passed(word.phase());
        } else if (report instanceof ReplicaReport.Ready && !life.isReady()) {
            onReady();
        } else if (report instanceof ReplicaReport.SaveDone done && stage == Stage.SAVING && done.tick() == saveTick) {
            onSaved("save");
        } else if (report instanceof ReplicaReport.StatusReport status) {
            diary.noteExecuted(status.executed());
        }
        if (stage == Stage.RUNNING) {
            run();
        }
    }

    private void onReady() {
        life.ready(now);
        actions.add(diary.ready(life.boot()));
        if (stage == Stage.RUNNING) {
            passed("ready");
            endRecovery("recovered", true);
        }
    }

    private void endRecovery(String result, boolean recovered) {
        if (recoveries.isActive()) {
            actions.add(diary.recovered(recoveries.fields(result, numbers.tick())));
            actions.add(recoveries.end(recovered, numbers.tick()));
        }
    }

    private void onRecoverAsked(RecoverAsked asked) {
        Optional<String> busy = whyBusy();
        if (busy.isPresent()) {
            actions.add(new Answer(asked.ticket(), new ControlMessage.Refused(Cause.BUSY, busy.get())));
            return;
        }
        recoveries.begin(asked, now);
        switch (stage) {
            case RUNNING -> {
                prepare();
                stage = Stage.CHECKING;
            }
            case WAITING -> prepare();
            case SPAWNING -> actions.addAll(recoveries.accept());
            default -> {
                // Its death or its image is waited for already, and a boot follows.
            }
        }
    }

    private Optional<String> whyBusy() {
        if (stopping || stage == Stage.STOPPED) {
            return Optional.of("the replica is being stopped; start it again with bft start-replica");
        }
        if (recoveries.isActive()) {
            return Optional.of("a recovery is in progress; bft status shows when it is over");
        }
        return stage == Stage.STUCK ? Optional.of(diary.problem()) : Optional.empty();
    }

    private void onStopAsked(long ticket) {
        stopTickets.add(ticket);
        actions.add(new Answer(ticket, new ControlMessage.Accepted()));
        if (stopping) {
            return;
        }
        stopping = true;
        endRecovery("stopped", false);
        switch (stage) {
            case RUNNING, CHECKING -> {
                if (life.isSilent()) {
                    kill();
                } else {
                    save(numbers.tick());
                }
            }
            case PREPARING, VERIFYING, WAITING -> stopped();
            default -> {
                // The process is about to start, to save or to die; what follows that is the end.
            }
        }
    }

    private void save(long tick) {
        saveTick = tick;
        actions.add(new Tell(new WatchdogOrder.Save(tick)));
        enter(Stage.SAVING, settings.save());
    }

    private void onSaved(String step) {
        keepTick();
        passed(step);
        if (stopping) {
            actions.add(new Tell(new WatchdogOrder.Stop()));
            enter(Stage.ENDING, settings.stop());
        } else {
            kill();
        }
    }

    /** Also when the replica did not say that it saved: its silence must not keep an old save alive. */
    private void keepTick() {
        if (numbers.tick() != saveTick) {
            numbers = numbers.withTick(saveTick);
            actions.add(new Keep(numbers));
        }
    }

    private void kill() {
        actions.add(new Kill());
        enter(Stage.KILLING, settings.death());
    }

    private void onDied(Died died) {
        Stage at = stage;
        long readyMillis = life.readyMillis(now);
        life = Life.none();
        if (stopping) {
            stopped();
            return;
        }
        boolean ordered = at == Stage.SAVING || at == Stage.KILLING || at == Stage.STUCK;
        if (ordered && recoveries.isActive()) {
            if (at == Stage.SAVING) {
                keepTick();
            }
            passed("kill");
            bootAfterKill();
            return;
        }
        actions.addAll(diary.crashed(died.exit(), readyMillis));
        if (at == Stage.CHECKING) {
            // The copy that is being made serves the boot that follows.
            stage = Stage.PREPARING;
            return;
        }
        backoff.noteHealth(readyMillis);
        if (backoff.isAlarming(now)) {
            actions.add(diary.alarm("the replica died five times within a minute"));
        }
        waitOrStop("it died: " + died.exit());
    }

    private void bootAfterKill() {
        if (copied) {
            actions.add(new VerifyBoot(numbers.boot()));
            enter(Stage.VERIFYING, settings.image());
        } else {
            prepare();
        }
    }

    private void onBroken(String why) {
        actions.add(diary.alarm(why));
        switch (stage) {
            case RUNNING, CHECKING, SAVING, ENDING -> kill();
            default -> {
                // No process, or one that is being killed; the next boot starts a coprocessor.
            }
        }
    }

    private void waitOrStop(String why) {
        if (stopping) {
            stopped();
            return;
        }
        long wait = backoff.next();
        diary.waiting(why, wait);
        enter(Stage.WAITING, wait);
    }

    private void stopped() {
        enter(Stage.STOPPED, NEVER);
        actions.add(diary.stopped());
        stopTickets.forEach(ticket -> actions.add(new Answer(ticket, new ControlMessage.Stopped())));
        actions.add(new MonitorAction.End());
    }

    private void onDeadline() {
        deadline = NEVER;
        switch (stage) {
            case PREPARING, CHECKING, VERIFYING ->
                onImageRefused("image refused: it could not be read within " + settings.image() + " ms");
            case SAVING -> onSaved("save-missed");
            case RUNNING -> onLate();
            case ENDING -> kill();
            case WAITING -> prepare();
            case KILLING -> {
                enter(Stage.STUCK, NEVER);
                actions.add(diary.alarm("the replica was killed " + settings.death()
                        + " ms ago and is not proved dead; nothing is started beside it"));
            }
            default -> {
                // The others have no deadline.
            }
        }
    }

    private void onLate() {
        if (life.isSilent()) {
            actions.add(diary.alarm("the replica said nothing within " + settings.load() + " ms; it is killed"));
            kill();
        } else {
            life.overdue();
            actions.add(diary.alarm("the replica is not ready " + settings.ready() + " ms after its launch"));
        }
    }

    private void enter(Stage next, long wait) {
        stage = next;
        deadline = wait == NEVER ? NEVER : now + wait;
    }

    private void passed(String name) {
        actions.addAll(recoveries.pass(name, now));
    }
}
