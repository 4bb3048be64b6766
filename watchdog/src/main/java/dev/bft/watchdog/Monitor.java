package dev.bft.watchdog;

import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
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
    private final Ending ending = new Ending();
    private final Numbering numbers;

    private long now;
    private long deadline = NEVER;
    private Stage stage = Stage.WAITING;
    private boolean copied;

    private Life life = Life.none();

    Monitor(MonitorSettings settings, BootNumbers numbers) {
        this.settings = settings;
        this.numbers = new Numbering(numbers);
    }

    /** Takes in what happened at this time, in milliseconds that only grow, and returns what is to be done. */
    List<MonitorAction> step(MonitorEvent event, long millis) {
        now = millis;
        actions.clear();
        if (event instanceof MonitorEvent.Started) {
            actions.add(diary.started(numbers.numbers()));
            prepare();
        } else if (event instanceof MonitorEvent.RecoverAsked asked) {
            onRecoverAsked(asked);
        } else if (event instanceof MonitorEvent.StopAsked asked) {
            onStopAsked(asked.ticket());
        } else if (event instanceof MonitorEvent.Reported reported && reported.boot() == life.boot()) {
            onReport(reported.report());
        } else if (event instanceof MonitorEvent.ImageAccepted accepted && accepted.boot() == numbers.boot()) {
            onImageAccepted(accepted.digest());
        } else if (event instanceof MonitorEvent.ImageRefused refused && refused.boot() == numbers.boot()) {
            onImageRefused(refused.why());
        } else if (event instanceof MonitorEvent.Spawned spawned) {
            onSpawned(spawned);
        } else if (event instanceof MonitorEvent.SpawnFailed failed && stage == Stage.SPAWNING) {
            actions.add(diary.alarm("the replica could not be started: " + failed.why()));
            waitOrStop("it could not be started: " + failed.why());
        } else if (event instanceof MonitorEvent.Died died && died.boot() == life.boot()) {
            onDied(died);
        } else if (event instanceof MonitorEvent.Broken broken) {
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
        return new MonitorView(
                phase(), diary.problem(), diary.image(), numbers.numbers(), recoveries.report(numbers.tick()));
    }

    private ReplicaPhase phase() {
        if (stage == Stage.STOPPED || stage == Stage.STUCK) {
            return stage.phase();
        }
        if (ending.isOrdered()) {
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
        copied = false;
        actions.add(numbers.nextBoot());
        actions.add(new MonitorAction.PrepareBoot(numbers.boot()));
        enter(Stage.PREPARING, settings.image());
    }

    private void onImageAccepted(String digest) {
        if (stage != Stage.PREPARING && stage != Stage.CHECKING && stage != Stage.VERIFYING) {
            return;
        }
        diary.accepted(digest);
        passed("verify");
        if (stage != Stage.CHECKING) {
            actions.addAll(recoveries.accept());
            actions.add(numbers.spawn());
            enter(Stage.SPAWNING, NEVER);
            return;
        }
        copied = true;
        if (life.isSilent()) {
            kill();
        } else {
            save(numbers.saveForRecovery());
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

    private void onSpawned(MonitorEvent.Spawned spawned) {
        life = new Life(spawned.boot(), now);
        numbers.spawned();
        actions.add(diary.booted(numbers.numbers(), spawned.pid()));
        passed("launch");
        if (ending.isOrdered()) {
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
        actions.addAll(numbers.heard());
        if (report instanceof ReplicaReport.Progress word && life.passes(word.phase()) && stage == Stage.RUNNING) {
            passed(word.phase());
        } else if (report instanceof ReplicaReport.Ready && !life.isReady()) {
            onReady();
        } else if (report instanceof ReplicaReport.SaveDone done && numbers.isSave(done.tick())) {
            onSaved();
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
            actions.addAll(recoveries.accept());
            actions.add(recoveries.end(recovered, numbers.tick()));
        }
    }

    private void onRecoverAsked(MonitorEvent.RecoverAsked asked) {
        Optional<String> busy = whyBusy();
        if (busy.isPresent()) {
            actions.add(new MonitorAction.Answer(asked.ticket(), new ControlMessage.Refused(Cause.BUSY, busy.get())));
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
        if (ending.isOrdered() || stage == Stage.STOPPED) {
            return Optional.of("the replica is being stopped; start it again with bft start-replica");
        }
        if (recoveries.isActive()) {
            return Optional.of("a recovery is in progress; bft status shows when it is over");
        }
        return stage == Stage.STUCK ? Optional.of(diary.problem()) : Optional.empty();
    }

    private void onStopAsked(long ticket) {
        boolean again = ending.isOrdered();
        actions.add(ending.order(ticket));
        if (again) {
            return;
        }
        endRecovery("stopped", false);
        switch (stage) {
            case RUNNING, CHECKING -> {
                if (life.isSilent()) {
                    kill();
                } else {
                    save(numbers.saveForStop());
                }
            }
            case PREPARING, VERIFYING, WAITING -> stopped();
            default -> {
                // The process is about to start, to save or to die; what follows that is the end.
            }
        }
    }

    private void save(List<MonitorAction> order) {
        actions.addAll(order);
        enter(Stage.SAVING, settings.save());
    }

    /** In time or not: what it keeps is for this tick now, and it can be booted with no other. */
    private void onSaved() {
        actions.addAll(numbers.keepSaved());
        if (stage == Stage.SAVING) {
            passed("save");
            endOrKill();
        }
    }

    /**
     * Without its save it has no votes after the boot, so it is left as it was unless an operator insists. If he does,
     * its silence must not keep an old save alive.
     */
    private void onSaveMissed() {
        if (recoveries.needsSave()) {
            actions.add(diary.saveMissed(settings.save()));
            actions.addAll(recoveries.refuseUnsaved(diary.problem()));
            run();
            return;
        }
        if (recoveries.isActive()) {
            actions.addAll(numbers.keepSaved());
        }
        passed("save-missed");
        endOrKill();
    }

    private void endOrKill() {
        if (ending.isOrdered()) {
            actions.add(new MonitorAction.Tell(new WatchdogOrder.Stop()));
            enter(Stage.ENDING, settings.stop());
        } else {
            kill();
        }
    }

    /** With this a recovery has begun. */
    private void kill() {
        actions.addAll(recoveries.accept());
        actions.add(new MonitorAction.Kill());
        enter(Stage.KILLING, settings.death());
    }

    private void onDied(MonitorEvent.Died died) {
        Stage at = stage;
        long readyMillis = life.readyMillis(now);
        life = Life.none();
        if (ending.isOrdered()) {
            stopped();
            return;
        }
        boolean ordered = at == Stage.SAVING || at == Stage.KILLING || at == Stage.STUCK;
        if (ordered && recoveries.isActive()) {
            actions.addAll(recoveries.accept());
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
            actions.add(new MonitorAction.VerifyBoot(numbers.boot()));
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
        if (ending.isOrdered()) {
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
        actions.addAll(ending.over());
    }

    private void onDeadline() {
        deadline = NEVER;
        switch (stage) {
            case PREPARING, CHECKING, VERIFYING ->
                onImageRefused("image refused: it could not be read within " + settings.image() + " ms");
            case SAVING -> onSaveMissed();
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
