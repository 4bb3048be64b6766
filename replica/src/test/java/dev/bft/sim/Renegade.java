package dev.bft.sim;

import static java.nio.charset.StandardCharsets.US_ASCII;

import dev.bft.keystore.ClusterConfig;
import dev.bft.keystore.ClusterFile;
import dev.bft.keystore.ConfigException;
import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;
import dev.bft.wire.Cluster;
import dev.bft.wire.Message;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The faulty replicas of the simulator as real processes. The test build of a replica calls it where the production host
 * steps its core; only a replica that finds a file {@code hostile} beside its state folder when it boots is faulty, as the
 * words in that file say, which may change meanwhile: names of {@link Behaviour} and {@link Excess}, with an amount after
 * a colon and a type of message after another. What it did stands in {@code hostile.did}.
 */
public final class Renegade {
    private static final long LOOK = 100_000_000L;
    private static final String FILE = "hostile";

    private static Optional<Renegade> self = Optional.empty();

    private final Path orders;
    private final Path did;
    private final Insider insider;
    private final Rng rng;
    private Tally tally = new Tally();
    private String words = "";
    private Traitor traitor;
    private List<Excesses> excesses = List.of();
    private long lookedAt;

    private Renegade(Path folder, Insider insider, Rng rng) {
        this.orders = folder.resolve(FILE);
        this.did = folder.resolve(FILE + ".did");
        this.insider = insider;
        this.rng = rng;
        this.traitor = traitor(Set.of());
    }

    /** The process begins, with the arguments of a replica. */
    public static void begin(String... args) {
        Map<String, String> given = new TreeMap<>();
        for (int i = 0; i + 1 < args.length; i += 2) {
            given.put(args[i], args[i + 1]);
        }
        Path folder = Path.of(given.getOrDefault("--state", "")).resolveSibling("");
        if (!Files.exists(folder.resolve(FILE))) {
            return;
        }
        try {
            ClusterConfig config = ClusterFile.load(Path.of(given.getOrDefault("--config", "")));
            int me = Integer.parseInt(given.getOrDefault("--id", ""));
            Cluster cluster =
                    new Cluster(config.cluster().idBytes(), config.cluster().epoch());
            Rng rng = new Rng(System.nanoTime());
            Insider insider = new Insider(me, plan(config), cluster, rng.split("insider", me));
            self = Optional.of(new Renegade(folder, insider, rng));
        } catch (ConfigException e) {
            throw new IllegalStateException("a replica without a cluster", e);
        }
    }

    /** The simulator's plan with the settings of a real cluster. */
    private static Plan plan(ClusterConfig config) {
        ClusterConfig.Protocol p = config.protocol();
        Plan calm = Casts.calm(1, config.cluster().n());
        return calm.with(new Plan.Tunables(
                p.checkpointPeriod(),
                p.logSize(),
                p.window(),
                p.batchBytes(),
                p.batchRequests(),
                p.statusPeriod().toNanos(),
                p.keyRefresh().toNanos(),
                p.durability() == ClusterConfig.Durability.DISK,
                config.limits().sessions(),
                p.viewTimeout().toNanos()));
    }

    /** What leaves instead of what the core wants after this event. */
    public static List<Effect> instead(Event event, List<Effect> wanted) {
        return self.map(renegade -> renegade.replace(event, wanted)).orElse(wanted);
    }

    private List<Effect> replace(Event event, List<Effect> wanted) {
        long now = System.nanoTime();
        if (event instanceof Event.Tick && now - lookedAt >= LOOK) {
            lookedAt = now;
            look();
        }
        List<Effect> leave = traitor.instead(event, wanted);
        for (Excesses each : excesses) {
            leave = each.instead(event, leave);
        }
        return leave;
    }

    private void look() {
        try {
            String told = Files.readString(orders, US_ASCII).strip();
            if (!told.equals(words)) {
                words = told;
                obey();
            }
            Path fresh = did.resolveSibling(FILE + ".new");
            Files.writeString(fresh, words + " " + tally.all());
            Files.move(fresh, did, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException("the orders of a hostile replica", e);
        }
    }

    private void obey() {
        tally = new Tally();
        List<String> each = words.isEmpty() ? List.of() : List.of(words.split(" +", -1));
        Set<String> names = Arrays.stream(Behaviour.values()).map(Enum::name).collect(Collectors.toSet());
        Set<Behaviour> behaviours = EnumSet.noneOf(Behaviour.class);
        each.stream().filter(names::contains).map(Behaviour::valueOf).forEach(behaviours::add);
        traitor = traitor(behaviours);
        excesses = each.stream()
                .filter(word -> !names.contains(word))
                .map(this::excess)
                .toList();
    }

    private Traitor traitor(Set<Behaviour> behaviours) {
        return new Traitor(insider, behaviours, System::nanoTime, tally, rng);
    }

    private Excesses excess(String word) {
        String[] parts = word.toUpperCase(Locale.ROOT).split(":", -1);
        return new Excesses(
                Excess.valueOf(parts[0]),
                parts.length > 1 ? Long.parseLong(parts[1]) : 0,
                parts.length > 2 ? Optional.of(Message.Type.valueOf(parts[2])) : Optional.empty(),
                insider,
                tally);
    }
}
