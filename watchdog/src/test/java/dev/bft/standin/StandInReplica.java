package dev.bft.standin;

import dev.bft.coprocessor.Coprocessor;
import dev.bft.coprocessor.Frame;
import dev.bft.coprocessor.LocalChannel;
import dev.bft.coprocessor.ReplicaReport;
import dev.bft.coprocessor.WatchdogOrder;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.Rom;
import dev.bft.keystore.Statement;
import java.io.FileDescriptor;
import java.io.FileInputStream;
import java.io.FileOutputStream;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.TreeMap;

/**
 * Speaks to its watchdog and its coprocessor as a replica does, and behaves as the file {@code behaviour} in its state
 * folder says. What it saved is a file with the tick it was saved for.
 */
public final class StandInReplica {

    private final Map<String, String> options;
    private final Path state;
    private final String behaviour;
    private final LocalChannel watchdog;

    private StandInReplica(Map<String, String> options) throws Exception {
        this.options = options;
        this.state = Path.of(options.get("--state"));
        Path file = state.resolve("behaviour");
        this.behaviour = Files.exists(file) ? Files.readString(file) : "good";
        this.watchdog =
                LocalChannel.of(new FileInputStream("/proc/self/fd/3"), new FileOutputStream(FileDescriptor.out));
    }

    public static void main(String[] args) throws Exception {
        Map<String, String> options = new TreeMap<>();
        for (int i = 0; i < args.length; i += 2) {
            options.put(args[i], args[i + 1]);
        }
        new StandInReplica(options).run();
    }

    private void run() throws Exception {
        switch (behaviour) {
            case "exit" -> System.exit(7);
            case "silent" -> Thread.sleep(Long.MAX_VALUE);
            case "garbage" -> {
                System.out.write("no frame at all".repeat(1000).getBytes(StandardCharsets.UTF_8));
                System.out.flush();
                Thread.sleep(Long.MAX_VALUE);
            }
            default -> join();
        }
    }

    private void join() throws Exception {
        Rom rom = Rom.load(Path.of(options.get("--rom")));
        rom.check(ClusterFile.load(Path.of(options.get("--config"))));
        Path saved = state.resolve("saved");
        String tick = options.get("--tick");
        List<String> ticks = List.of(tick, options.getOrDefault("--tick-before", tick));
        if (Files.exists(saved) && !ticks.contains(Files.readString(saved))) {
            report(new ReplicaReport.Claim("amnesia", "saved for " + Files.readString(saved)));
        }
        Files.writeString(saved, tick);
        report(new ReplicaReport.Progress("loaded"));
        SocketChannel socket = (SocketChannel) System.inheritedChannel();
        Coprocessor coprocessor = new Coprocessor(new LocalChannel(socket, socket));
        coprocessor.sign(Statement.NEW_KEY, new byte[] {1, 2, 3});
        report(new ReplicaReport.Progress("keys"));
        report(new ReplicaReport.Ready(Long.parseLong(options.get("--boot"))));
        if (behaviour.equals("babble")) {
            babble();
        }
        obey();
    }

    private void obey() throws Exception {
        Optional<Frame> frame = watchdog.read();
        while (frame.isPresent()) {
            WatchdogOrder order = WatchdogOrder.decode(frame.get());
            if (order instanceof WatchdogOrder.Save save && !behaviour.equals("saves nothing")) {
                Files.writeString(state.resolve("saved"), Long.toString(save.nextTick()));
                if (!behaviour.equals("saves without a word")) {
                    report(new ReplicaReport.SaveDone(save.nextTick(), true));
                }
            } else if (order instanceof WatchdogOrder.StatusAsked) {
                TreeMap<String, Long> metrics = new TreeMap<>(Map.of("boots", Long.parseLong(options.get("--boot"))));
                report(new ReplicaReport.StatusReport("ready", 1, 42, 40, "abcd", 1, false, 9, 0, 1 << 20, metrics));
            } else if (order instanceof WatchdogOrder.HandOver) {
                report(new ReplicaReport.Claim("view", "handed over"));
            } else if (order instanceof WatchdogOrder.Stop) {
                System.exit(0);
            }
            frame = watchdog.read();
        }
    }

    /** Says well-formed things that are not so, a thousand times, before it obeys. */
    private void babble() throws Exception {
        Random random = new Random(4711);
        for (int i = 0; i < 1000; i++) {
            byte[] noise = new byte[random.nextInt(2000)];
            random.nextBytes(noise);
            String text = "\u001b[31m" + new String(noise, StandardCharsets.ISO_8859_1);
            long number = random.nextLong() & Long.MAX_VALUE;
            report(
                    switch (random.nextInt(5)) {
                        case 0 -> new ReplicaReport.Ready(number);
                        case 1 -> new ReplicaReport.Progress(text);
                        case 2 -> new ReplicaReport.SaveDone(random.nextInt(4), random.nextBoolean());
                        case 3 -> new ReplicaReport.Claim(text, text);
                        default -> status(text, number);
                    });
        }
    }

    private static ReplicaReport status(String text, long number) {
        TreeMap<String, Long> metrics = new TreeMap<>(Map.of(text, number));
        return new ReplicaReport.StatusReport(text, number, number, number, text, 9, true, number, 0, -1, metrics);
    }

    private void report(ReplicaReport report) throws Exception {
        watchdog.write(report.encode());
    }
}
