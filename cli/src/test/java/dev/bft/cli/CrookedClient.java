package dev.bft.cli;

import dev.bft.keystore.ClientIdentity;
import dev.bft.keystore.ClusterConfig;
import dev.bft.net.NetSettings;
import dev.bft.net.Receiver;
import dev.bft.net.Transport;
import dev.bft.protocol.ClientCore;
import dev.bft.protocol.ClientEffect;
import dev.bft.protocol.ClientEvent;
import dev.bft.protocol.ClientSecrets;
import dev.bft.protocol.ClientSettings;
import dev.bft.protocol.Outcome;
import dev.bft.service.kv.KvOperation;
import dev.bft.sim.Crook;
import dev.bft.wire.Cluster;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.Reply;
import dev.bft.wire.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BooleanSupplier;

/**
 * A client with good keys and bad habits: the production core and transport, and between them somebody who changes what
 * leaves. Every so often it begins anew with other sessions, for those it spoiled are of no more use.
 */
final class CrookedClient implements Hostility, Receiver, Crook.Outlook {
    private static final long TICK = 10_000_000L;
    private static final long POLL = 1_000_000L;
    private static final int CELLS = 16;
    private static final int SMALL = 8;

    private final HostileKind kind;
    private final ClusterConfig config;
    private final ClientIdentity identity;
    private final Allowance allowance;
    private final SecureRandom random = new SecureRandom();
    private final Map<String, Long> counts = new TreeMap<>();
    private final boolean[] standing;

    private ClientCore core;
    private Optional<Crook> crook = Optional.empty();
    private Optional<Transport> transport = Optional.empty();
    private long token;
    private int underWay;
    private long view;
    private volatile boolean harmed;

    /** One that does no more than so many operations a second. */
    CrookedClient(HostileKind kind, ClusterConfig config, ClientIdentity identity, int rate) {
        this.kind = kind;
        this.config = config;
        this.identity = identity;
        this.allowance = new Allowance(rate);
        this.standing = new boolean[config.replicas().size()];
        this.core = new ClientCore(settings(), secrets());
    }

    @Override
    public Map<String, Long> run(BooleanSupplier stopped) throws IOException {
        try (Transport made = new Transport(NetSettings.standard(), bound -> random.nextInt((int) bound))) {
            transport = Optional.of(made);
            for (ClusterConfig.Replica replica : config.replicas()) {
                made.dial(replica.id(), new InetSocketAddress(replica.host(), replica.port()));
            }
            beginAnew();
            long begun = System.nanoTime();
            long ticked = begun;
            while (!stopped.getAsBoolean()) {
                made.poll(POLL, this);
                long now = System.nanoTime();
                if (now - begun >= kind.life()) {
                    begun = now;
                    beginAnew();
                }
                ask();
                if (now - ticked >= TICK) {
                    ticked = now;
                    look();
                    step(new ClientEvent.Tick(now));
                }
            }
        }
        return Map.copyOf(counts);
    }

    /** Another process, as it were, with the same credential. */
    private void beginAnew() {
        core = new ClientCore(settings(), secrets());
        crook = kind.way().map(way -> new Crook(this, way));
        underWay = 0;
        byte[] seed = new byte[32];
        random.nextBytes(seed);
        step(new ClientEvent.Started(seed, System.currentTimeMillis() * 1000));
        for (int i = 0; i < standing.length; i++) {
            if (standing[i]) {
                step(new ClientEvent.Connected(i));
            }
        }
        count("lives");
    }

    private ClientSettings settings() {
        ClusterConfig.Cluster cluster = config.cluster();
        return ClientSettings.of(identity.credential().clientId(), cluster.n(), cluster.idBytes(), cluster.epoch())
                .withSessions(kind.sessions());
    }

    private void ask() {
        while (underWay < kind.sessions() && allowance.take()) {
            underWay++;
            token++;
            step(new ClientEvent.Invoke(
                    token, operation(), kind == HostileKind.WRITING_READ ? Request.Kind.READ : Request.Kind.OPERATION));
            count("operations");
        }
    }

    private byte[] operation() {
        String key = "hostile/" + kind.label() + "/" + token % CELLS;
        byte[] value = new byte[kind == HostileKind.BIG ? KvOperation.VALUE_MAX : SMALL];
        String name = kind == HostileKind.BIG ? "hostile/big" : key;
        return new KvOperation.Put(name.getBytes(StandardCharsets.US_ASCII), value).toBytes();
    }

    private void look() {
        for (int i = 0; i < standing.length; i++) {
            boolean stands = transport.orElseThrow().isConnected(i);
            if (standing[i] && !stands) {
                count("connections lost");
                step(new ClientEvent.Lost(i));
            }
            standing[i] = stands;
        }
    }

    @Override
    public void received(long link, byte[] frame) {
        if (Envelope.holds(frame, Message.Type.REPLY)) {
            try {
                view = Math.max(view, ((Reply) Envelope.read(frame).message()).view());
            } catch (MalformedException e) {
                count("malformed");
            }
        }
        step(new ClientEvent.Received((int) link, frame));
    }

    @Override
    public void connected(int peer) {
        standing[peer] = true;
        step(new ClientEvent.Connected(peer));
    }

    private void step(ClientEvent event) {
        for (ClientEffect effect : core.step(event)) {
            if (effect instanceof ClientEffect.SendToReplica send) {
                if (isHarmItself(send)) {
                    acted();
                }
                crook.map(c -> c.instead(send)).orElse(List.of(send)).forEach(this::send);
            } else if (effect instanceof ClientEffect.Complete complete) {
                underWay--;
                count(complete.outcome() instanceof Outcome.Result ? "answered" : "refused");
            }
        }
    }

    /** Of these kinds every operation is harm; of a storm every opening. */
    private boolean isHarmItself(ClientEffect.SendToReplica send) {
        if (!Envelope.holds(send.frame(), Message.Type.REQUEST)
                || !(Crook.parsed(send.frame()).message() instanceof Request request)) {
            return false;
        }
        return switch (kind) {
            case FLOOD, BIG, WRITING_READ -> !request.open();
            case OPEN_STORM -> request.open();
            default -> false;
        };
    }

    private void send(ClientEffect.SendToReplica send) {
        count("frames");
        transport.orElseThrow().send(send.replica(), send.frame());
    }

    private ClientSecrets secrets() {
        return new ClientSecrets() {
            @Override
            public byte[] credential() {
                return identity.credential().encoded();
            }

            @Override
            public byte[] sign(byte[] payload) {
                byte[] signature = identity.key().sign(payload);
                return crook.map(c -> c.sign(payload, signature)).orElse(signature);
            }

            @Override
            public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
                crook.ifPresent(c -> c.seals(replica, secret));
                return config.replicas().get(replica).open().seal(context, secret, entropy);
            }
        };
    }

    private void count(String what) {
        counts.merge(what, 1L, Long::sum);
    }

    @Override
    public boolean hasHarmed() {
        return harmed;
    }

    @Override
    public int sessions() {
        return kind.sessions();
    }

    @Override
    public int replicas() {
        return config.replicas().size();
    }

    @Override
    public long view() {
        return view;
    }

    @Override
    public Cluster cluster() {
        return new Cluster(config.cluster().idBytes(), config.cluster().epoch());
    }

    @Override
    public byte[] other(byte[] operation) {
        byte[] other = operation.clone();
        other[other.length - 1] ^= 1;
        return other;
    }

    @Override
    public void acted() {
        count("harm");
        harmed = true;
    }
}
