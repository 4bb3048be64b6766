package dev.bft.host;

import dev.bft.state.CheckpointImage;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;

/**
 * Does the disk's work on a thread of its own, strictly in order; one sync serves all appends that wait.
 *
 * <p>Where votes are kept in memory, appends and the cutting of the log are done by doing nothing: at once, without
 * that thread, unless something before them is still to be done. A save writes everything, and from then on everything is synced: the saved log must not become an old one by what is voted
 * until the process is killed.
 *
 * <p>A failed write or sync is never repeated: what the kernel still holds after it is unknown. The process ends.
 */
final class DiskThread {
    private final Storage storage;
    private final Runnable wake;
    private final Consumer<String> fatal;
    private final LinkedBlockingQueue<List<Work>> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private boolean durable;
    /** Of the owner's thread: whether nothing was ever to be on disk, and the last token that the queue was given. */
    private boolean volatileOnly;

    private long queued;
    private volatile long persisted;

    /** Something to do, in the order of its tokens. */
    sealed interface Work {
        /** The token; 0 for none. */
        long token();
    }

    /** Append a record to the vote log. */
    record Append(long token, byte[] record) implements Work {}

    /** Replace the vote log; {@code save}: for the boot after this one. */
    record Replace(long token, long tick, List<byte[]> records, boolean save) implements Work {}

    /** Make a checkpoint the base. */
    record Install(long token, CheckpointImage image) implements Work {}

    /** End. */
    record End(long token) implements Work {}

    /**
     * A thread that is not started.
     *
     * @param durable whether votes reach the disk before they are sent
     * @param wake called when {@link #persisted} has grown
     * @param fatal called once, with one line, if the disk fails; the thread has ended then
     */
    DiskThread(Storage storage, boolean durable, Runnable wake, Consumer<String> fatal) {
        this.storage = storage;
        this.durable = durable;
        this.volatileOnly = !durable;
        this.wake = wake;
        this.fatal = fatal;
        this.thread = new Thread(this::run, "disk");
    }

    void start() {
        thread.start();
    }

    /** Everything that one step wants done, in order; the thread is woken once. */
    void add(List<Work> works) {
        if (works.isEmpty()) {
            return;
        }
        volatileOnly &= works.stream().noneMatch(work -> work instanceof Replace replace && replace.save);
        long last = works.get(works.size() - 1).token();
        boolean nothing = volatileOnly && works.stream().noneMatch(Install.class::isInstance);
        if (nothing && persisted >= queued) {
            queued = last;
            persisted = last;
        } else {
            queued = last;
            queue.add(List.copyOf(works));
        }
    }

    /** The largest token done; of what needed no disk its owner is not woken. */
    long persisted() {
        return persisted;
    }

    /** Does what is queued, and ends; waits for that at most so long. */
    void finish(long millis) throws InterruptedException {
        queue.add(List.of(new End(0)));
        thread.join(millis);
    }

    private void run() {
        try {
            List<List<Work>> steps = new ArrayList<>();
            while (true) {
                steps.clear();
                steps.add(queue.take());
                queue.drainTo(steps);
                if (!doAll(steps.stream().flatMap(List::stream).toList())) {
                    storage.close();
                    return;
                }
            }
        } catch (IOException e) {
            fatal.accept("the disk failed in the state folder: " + e.getMessage()
                    + "; free space or replace the disk, nothing that was promised is lost");
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private boolean doAll(List<Work> batch) throws IOException {
        List<Append> appends = new ArrayList<>();
        for (Work work : batch) {
            if (work instanceof Append append) {
                appends.add(append);
                continue;
            }
            flush(appends);
            appends.clear();
            if (work instanceof End) {
                return false;
            }
            perform(work);
            done(work.token());
        }
        flush(appends);
        return true;
    }

    private void flush(List<Append> appends) throws IOException {
        if (appends.isEmpty()) {
            return;
        }
        if (durable) {
            storage.votes().append(appends.stream().map(Append::record).toList());
        }
        done(appends.get(appends.size() - 1).token());
    }

    private void perform(Work work) throws IOException {
        if (work instanceof Replace replace) {
            replace(replace);
        } else if (work instanceof Install install) {
            storage.state().install(install.image, durable);
        }
    }

    private void replace(Replace replace) throws IOException {
        if (replace.save && !durable) {
            storage.state().sync();
            durable = true;
        }
        if (durable) {
            storage.votes().replace(replace.tick, false, replace.records);
        }
    }

    private void done(long token) {
        if (token > persisted) {
            persisted = token;
            wake.run();
        }
    }
}
