package dev.bft.watchdog;

import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.LocalProtocolException;
import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.watchdog.sandbox.Child;
import dev.bft.watchdog.sandbox.Exit;
import dev.bft.watchdog.sandbox.SystemCallException;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;

/**
 * A running replica and the two pipes to it. One thread reads what it says, one tells it what it must do, so that a
 * replica that floods or reads nothing holds up nobody but itself.
 */
final class ReplicaProcess {

    private static final int ORDERS_MAX = 16;
    private static final int REPORTS_PER_SECOND = 200;

    private final long boot;
    private final Child child;
    private final LocalChannel channel;
    private final Listener listener;
    private final BlockingQueue<WatchdogOrder> orders = new ArrayBlockingQueue<>(ORDERS_MAX);
    private volatile boolean dead;

    /** Hears of a replica, from its threads. */
    interface Listener {

        void reported(long boot, ReplicaReport report) throws InterruptedException;

        /** It says what cannot be understood, and nothing after that is listened to. */
        void broken(long boot, String why) throws InterruptedException;

        void died(long boot, Exit exit) throws InterruptedException;
    }

    ReplicaProcess(long boot, Child child, FileChannel reports, FileChannel orders, Listener listener) {
        this.boot = boot;
        this.child = child;
        this.channel = new LocalChannel(reports, orders);
        this.listener = listener;
    }

    /** Starts to listen; called once, after the monitor knows of the process. */
    void start() {
        daemon("reports of boot " + boot, this::read);
        daemon("orders of boot " + boot, this::write);
        daemon("end of boot " + boot, this::awaitDeath);
    }

    int pid() {
        return child.pid();
    }

    void kill() throws SystemCallException {
        child.kill();
    }

    /** An order that a replica has no room for is dropped: each has a deadline or is repeated. */
    void tell(WatchdogOrder order) {
        if (!orders.offer(order)) {
            orders.poll();
            orders.offer(order);
        }
    }

    private void read() throws InterruptedException {
        long second = System.nanoTime();
        int count = 0;
        try {
            Optional<Frame> frame = channel.read();
            while (frame.isPresent()) {
                listener.reported(boot, ReplicaReport.decode(frame.get()));
                count++;
                long spent = System.nanoTime() - second;
                if (count >= REPORTS_PER_SECOND) {
                    TimeUnit.NANOSECONDS.sleep(TimeUnit.SECONDS.toNanos(1) - spent);
                }
                if (count >= REPORTS_PER_SECOND || spent >= TimeUnit.SECONDS.toNanos(1)) {
                    second = System.nanoTime();
                    count = 0;
                }
                frame = channel.read();
            }
        } catch (LocalProtocolException e) {
            listener.broken(boot, "it says what is no report: " + e.getMessage());
        } catch (IOException e) {
            if (!dead) {
                listener.broken(boot, "its pipe cannot be read: " + e);
            }
        }
    }

    private void write() throws InterruptedException {
        try {
            while (!dead) {
                WatchdogOrder order = orders.poll(1, TimeUnit.SECONDS);
                if (order != null) {
                    channel.write(order.encode());
                }
            }
        } catch (IOException e) {
            // It reads no more; the deadline of what it was told will say so.
            dead = true;
        }
    }

    private void awaitDeath() throws InterruptedException {
        Exit exit = child.death().join();
        dead = true;
        try {
            channel.close();
        } catch (IOException e) {
            // Nothing comes through it any more in any case.
        }
        listener.died(boot, exit);
    }

    private static void daemon(String name, Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                },
                name);
        thread.setDaemon(true);
        thread.start();
    }

    /** What a thread does until it is done. */
    private interface Work {
        void run() throws InterruptedException;
    }
}
