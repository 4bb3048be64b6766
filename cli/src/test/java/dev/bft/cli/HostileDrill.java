package dev.bft.cli;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The parts {@code hostile} and {@code flood} of the acceptance: eight honest clients beside hostile clients of each kind,
 * and beside a replica that does each kind of harm that a backup can do.
 */
final class HostileDrill {
    private static final int CLIENTS = 8;
    private static final int BACKUP = 3;
    private static final int ROUNDS = 4;
    private static final String RECORDS = System.getProperty("hostile.records", "40");
    private static final Pattern NAMED = Pattern.compile("client (\\d+)");

    /** What a hostile backup does: as much as others must take, of all messages and of one type. */
    private static final List<String> ORDERS = List.of(
            "SILENCE",
            "NEVER_VOTING",
            "GARBLED_MACS",
            "STALE_KEYS",
            "FLOOD:2000",
            "FLOOD:2000:PREPARE",
            "FLOOD:2000:COMMIT",
            "FLOOD:2000:DECIDED",
            "FLOOD:2000:CHECKPOINT",
            "FLOOD:2000:STATUS",
            "FLOOD:2000:STATUS_PENDING",
            "FLOOD:2000:VIEW_CHANGE",
            "FLOOD:2000:VIEW_CHANGE_ACK",
            "FLOOD:2000:NEW_KEY",
            "LYING_STATUS",
            "LYING_DECISIONS",
            "LYING_HOLDS",
            "LYING_REPLIES",
            "HASTY_VIEW_CHANGES",
            "IMPERSONATION");

    private HostileDrill() {}

    /**
     * What is measured.
     *
     * @param kinds which of them
     * @param seconds how long each turn takes
     * @param together whether all at once are measured too
     * @param figures whether the figures must be as good as the release needs them
     */
    record Plan(List<HostileKind> kinds, int seconds, boolean together, boolean figures) {
        /** All kinds, or those in the property {@code hostile.kinds}; {@code hostile.seconds} each. */
        static Plan whole() {
            List<HostileKind> wanted = wanted(HostileKind::of);
            return new Plan(wanted.isEmpty() ? HostileKind.all() : wanted, turn(), wanted.isEmpty(), true);
        }
    }

    private static <T> List<T> wanted(Function<String, T> reader) {
        String words = System.getProperty("hostile.kinds", "");
        return words.isEmpty()
                ? List.of()
                : Arrays.stream(words.split(",", -1)).map(reader).toList();
    }

    private static int turn() {
        return Integer.getInteger("hostile.seconds", 4);
    }

    static List<String> honestNames() {
        return IntStream.range(0, CLIENTS).mapToObj(i -> "c" + i).toList();
    }

    /** Hostile clients; what does not hold that must. */
    static List<String> clients(Path folder, Plan plan) throws Exception {
        List<HostileKind> processes = Stream.concat(plan.kinds.stream(), Stream.of(HostileKind.BURNER))
                .toList();
        TestCluster cluster = TestCluster.made(
                Shell.in(folder), HostileClients.words(processes).toArray(String[]::new));
        try {
            cluster.start();
            return measure(cluster, processes, plan, hostile -> {
                List<Beside> all = new ArrayList<>();
                plan.kinds.forEach(kind -> all.add(Beside.client(hostile, kind)));
                if (plan.together) {
                    all.add(Beside.all("all-together", List.copyOf(all)));
                }
                return all;
            });
        } finally {
            cluster.close();
        }
    }

    /** A hostile replica; what does not hold that must. */
    static List<String> replica(Path folder) throws Exception {
        List<HostileKind> processes = List.of(HostileKind.BURNER);
        List<String> words = new ArrayList<>(HostileClients.words(processes));
        words.addAll(List.of("--image", HostileImage.built().toString()));
        TestCluster cluster = TestCluster.made(Shell.in(folder), words.toArray(String[]::new));
        HostileReplica replica = HostileReplica.of(cluster, Integer.getInteger("hostile.replica", BACKUP));
        try {
            cluster.start();
            List<String> wanted = wanted(word -> word);
            Plan plan = new Plan(List.of(), turn(), false, true);
            return measure(cluster, processes, plan, hostile -> (wanted.isEmpty() ? ORDERS : wanted)
                    .stream()
                            .map(order -> Beside.replica(cluster, replica, order))
                            .toList());
        } finally {
            cluster.close();
        }
    }

    private static List<String> measure(
            TestCluster cluster, List<HostileKind> processes, Plan plan, Function<HostileClients, List<Beside>> besides)
            throws Exception {
        List<String> problems = new ArrayList<>();
        try (HostileClients hostile = HostileClients.of(cluster, processes);
                BaselinePinger pinger = BaselinePinger.start();
                HonestClients honest = HonestClients.of(cluster, honestNames())) {
            HostileTurns turns =
                    new HostileTurns(cluster, new HostileTurns.Parts(hostile, pinger, honest), plan.seconds);
            List<Beside> all = besides.apply(hostile);
            if (plan.figures) {
                turns.meet(all);
            }
            for (Beside beside : all) {
                turns.compare(beside, plan.figures ? ROUNDS : 1);
            }
            problems.addAll(honest.stop());
            turns.print();
            System.out.println(honest.completed() + " operations, " + honest.shared()
                    + " of them on one register, " + honest.late()
                    + " not answered in 5 s, lost, twice or out of order: "
                    + problems);
            problems.addAll(plan.figures ? turns.failures() : turns.harmless());
        }
        problems.addAll(framed(cluster));
        if (!problems.isEmpty()) {
            System.out.println(
                    cluster.must("audit", "tail", "-n", RECORDS, "--type", "view,alarm,crash,amnesia,transfer"));
        }
        cluster.awaitSameState();
        return problems;
    }

    /** What the audit logs say of clients: of hostile ones alone. */
    private static List<String> framed(TestCluster cluster) throws Exception {
        List<String> honest = new ArrayList<>();
        for (String name : honestNames()) {
            honest.add(String.valueOf(cluster.identity(name).credential().clientId()));
        }
        String alarms = cluster.must("audit", "tail", "-n", "1000", "--type", "alarm");
        Map<String, Integer> named = new TreeMap<>();
        Matcher found = NAMED.matcher(alarms);
        while (found.find()) {
            named.merge(found.group(1), 1, Integer::sum);
        }
        System.out.println("clients that the audit logs name, and how often: " + named + "; honest ones: " + honest);
        return named.keySet().stream()
                .filter(honest::contains)
                .map(id -> "an honest client is named in an alarm: " + id)
                .toList();
    }
}
