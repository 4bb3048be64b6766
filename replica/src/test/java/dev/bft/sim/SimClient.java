package dev.bft.sim;

import dev.bft.protocol.ClientCore;
import dev.bft.protocol.ClientEffect;
import dev.bft.protocol.ClientEvent;
import dev.bft.protocol.ClientSecrets;
import dev.bft.protocol.ClientSettings;
import dev.bft.protocol.Outcome;
import dev.bft.wire.Limits;
import dev.bft.wire.Message;
import dev.bft.wire.Request;
import dev.bft.wire.SignedRequest;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One client process after the other with the same credential: the production core inside, and an application
 * that asks for one operation after the other and checks every answer.
 */
final class SimClient {
    /** Clients are numbered from here on. */
    static final int FIRST_ID = 1000;

    private static final long TICK = 10 * Plan.MILLIS;
    /** How long a checkpoint must be the newest, so that others can fetch it. */
    private static final long CHECKPOINT_LIFE = 100 * Plan.MILLIS;

    /** The longest of the operations that go to all replicas at once. */
    private static final int BIG_MAX = 6000;

    private static final long START_OF_TIME = 1_700_000_000_000_000L;

    private final int index;
    private final World world;
    private final Rng rng;
    private final ClientSettings settings;
    private final TreeSet<Long> pending = new TreeSet<>();
    private final Optional<Crook> crook;
    private Optional<ClientCore> core = Optional.empty();
    private int life;
    private boolean asks = true;
    private Optional<Operation.Kind> only = Optional.empty();
    private Optional<Integer> at = Optional.empty();
    private long think;
    /** It was told that it is served no more. */
    private boolean refused;
    /** Operations that were asked for when another client knew that this one is revoked. */
    private final TreeSet<Long> inVain = new TreeSet<>();
    /** By token, which are below those of operations: whom it wants revoked. */
    private final TreeMap<Long, Revoking> revocations = new TreeMap<>();

    private long revocationsAsked;

    /** What a client brings as the revocation of another. */
    private record Revoking(int client, boolean genuine) {}

    SimClient(int index, World world, Rng rng) {
        this.index = index;
        this.world = world;
        this.rng = rng;
        Plan plan = world.plan();
        this.think = plan.load().think();
        this.crook = plan.crook(index).map(way -> new Crook(new SimOutlook(world), way));
        this.settings = new ClientSettings(
                FIRST_ID + index,
                plan.replicas(),
                plan.cluster(),
                0,
                plan.sessions(index),
                64,
                rng.between(50, 200) * Plan.MILLIS,
                rng.between(500, 1000) * Plan.MILLIS,
                rng.chance(0.3) ? rng.between(2, 5) * Plan.SECONDS : 60 * Plan.SECONDS);
    }

    boolean isUp() {
        return core.isPresent();
    }

    /** Operations asked for and not answered. */
    int pending() {
        return pending.size();
    }

    /** Whether it has a right to an answer, or to its process, that it has not got. */
    boolean isWaiting() {
        return crook.isEmpty() && !(isUp() && pending.isEmpty());
    }

    /** A process starts, connects, and asks. */
    void start() {
        life++;
        int mine = life;
        refused = false;
        core = Optional.of(new ClientCore(settings, secrets()));
        world.trace().mark('C', settings.client(), life, 0);
        step(new ClientEvent.Started(rng.bytes(32), START_OF_TIME + world.time().now() / Plan.MICROS));
        ticks(mine);
        for (int i = 0; i < world.plan().sessions(index); i++) {
            later(mine);
        }
    }

    private ClientSecrets secrets() {
        Keys keys = world.keys();
        int client = settings.client();
        return new ClientSecrets() {
            @Override
            public byte[] credential() {
                return keys.credentialOf(client);
            }

            @Override
            public byte[] sign(byte[] payload) {
                byte[] signature = keys.clientSigns(client, payload);
                return crook.map(c -> c.sign(payload, signature)).orElse(signature);
            }

            @Override
            public byte[] seal(int replica, byte[] context, byte[] secret, byte[] entropy) {
                crook.ifPresent(c -> c.seals(replica, secret));
                return keys.seal(replica, context, secret, entropy);
            }
        };
    }

    /** The process dies; nobody will ever know how its operations ended. */
    void die() {
        life++;
        core = Optional.empty();
        pending.clear();
        inVain.clear();
        revocations.clear();
    }

    /** From now on it asks slowly enough for a replica that fetches the state to catch up (RC10 is not built yet). */
    void calmDown() {
        Plan plan = world.plan();
        long underWay = (long) plan.load().clients() * plan.load().sessions();
        think = Math.max(think, underWay * CHECKPOINT_LIFE / plan.tunables().checkpointPeriod());
    }

    /** From now on it only waits for answers; a faulty one, which would ask for ever, is gone. */
    void stopAsking() {
        asks = false;
        if (crook.isPresent()) {
            die();
        }
    }

    /** From now on it asks for operations of this kind alone; of all kinds if empty. */
    void asksOnly(Optional<Operation.Kind> kind) {
        only = kind;
    }

    /** From now on it asks for what is in this cell alone; anywhere if empty. */
    void asksAt(Optional<Integer> cell) {
        at = cell;
    }

    /** Whether the next process asks by itself, or only what a script wants. */
    void setAsking(boolean on) {
        asks = on;
    }

    /** One operation; reads: as one that only reads, whether it does or not. */
    void ask(Operation.Kind kind, int cell, boolean reads) {
        byte[] value = kind == Operation.Kind.PUT ? rng.bytes(SimService.VALUE_MAX) : new byte[0];
        ask(new Operation(kind, world.checks().history().nextNumber(), cell, value), reads);
    }

    /** One operation more, though it was to ask for nothing any more. */
    void askAgain() {
        if (isUp() && crook.isEmpty() && !refused) {
            ask();
        }
    }

    /** A connection to the replica was made. */
    void connected(int replica) {
        step(new ClientEvent.Connected(replica));
    }

    /** The connection to the replica broke. */
    void lost(int replica) {
        if (isUp()) {
            step(new ClientEvent.Lost(replica));
        }
    }

    /** A frame arrives from the replica. */
    void arrives(int replica, byte[] frame) {
        if (crook.filter(c -> c.ignores(replica, frame)).isPresent()) {
            return;
        }
        world.trace().mark('c', settings.client(), replica, frame);
        step(new ClientEvent.Received(replica, frame));
    }

    private void ticks(int of) {
        if (of == life && isUp()) {
            world.time().in(TICK, () -> ticks(of));
            step(new ClientEvent.Tick(world.time().now()));
        }
    }

    private void later(int of) {
        world.time().in(think == 0 ? 0 : rng.between(0, think), () -> {
            if (of == life && isUp() && asks && !refused) {
                ask();
            }
        });
    }

    private void ask() {
        Operation operation = drawOperation(world.checks().history().nextNumber());
        ask(operation, operation.kind() == Operation.Kind.GET && rng.chance(0.7));
    }

    private void ask(Operation operation, boolean reads) {
        byte[] bytes = operation.toBytes();
        world.checks().history().issued(operation, bytes);
        pending.add(operation.number());
        if (world.checks().credentials().isOver(settings.client())) {
            inVain.add(operation.number());
        }
        step(new ClientEvent.Invoke(operation.number(), bytes, reads ? Request.Kind.READ : Request.Kind.OPERATION));
    }

    /** Has another client revoked, as the root signed. */
    void revokes(int victim) {
        int client = FIRST_ID + victim;
        if (isUp()) {
            world.checks().credentials().signs(client);
            bring(
                    new Revoking(client, true),
                    world.keys().revocationOf(world.plan().cluster(), client));
        }
    }

    /** Wants another client revoked as the root of this cluster never said: of another cluster, and spoilt. */
    void forges(int victim) {
        int client = FIRST_ID + victim;
        if (isUp()) {
            byte[] foreign = world.plan().cluster();
            foreign[0] ^= 1;
            bring(new Revoking(client, false), world.keys().revocationOf(foreign, client));
            byte[] spoilt = world.keys().revocationOf(world.plan().cluster(), client);
            spoilt[spoilt.length - 1] ^= 1;
            bring(new Revoking(client, false), spoilt);
        }
    }

    private void bring(Revoking what, byte[] revocation) {
        revocationsAsked++;
        long token = -revocationsAsked;
        revocations.put(token, what);
        pending.add(token);
        step(new ClientEvent.Invoke(token, revocation, Request.Kind.REVOKE));
    }

    private void brought(Revoking what, Outcome outcome) {
        boolean done = outcome instanceof Outcome.Result;
        Violation.unless(
                !done || what.genuine,
                "authenticity",
                () -> "client " + what.client + " was revoked with what the root did not sign");
        if (done) {
            world.checks().credentials().isDone(what.client);
        } else {
            Outcome.Reason reason = ((Outcome.Failed) outcome).reason();
            refused |= reason == Outcome.Reason.CREDENTIAL_REVOKED || reason == Outcome.Reason.CREDENTIAL_EXPIRED;
        }
    }

    private Operation drawOperation(long number) {
        int anywhere = rng.below(SimService.CELLS);
        int cell = at.orElse(anywhere);
        if (only.isPresent()) {
            return new Operation(only.get(), number, cell, new byte[0]);
        }
        int kind = rng.below(100);
        if (kind < 50) {
            return new Operation(Operation.Kind.PUT, number, cell, rng.bytes(rng.below(SimService.VALUE_MAX)));
        }
        byte[] nothing = new byte[0];
        if (kind < 75) {
            return new Operation(Operation.Kind.ADD, number, cell, kind < 65 ? nothing : ballast());
        }
        if (kind < 92) {
            return new Operation(Operation.Kind.GET, number, cell, nothing);
        }
        if (kind < 97) {
            return new Operation(Operation.Kind.REFUSE, number, cell, rng.bytes(8));
        }
        return new Operation(kind < 99 ? Operation.Kind.SPREAD : Operation.Kind.LONG, number, cell, nothing);
    }

    private byte[] ballast() {
        return rng.bytes((int) rng.between(Limits.INLINE, BIG_MAX));
    }

    private void step(ClientEvent event) {
        if (core.isEmpty()) {
            return;
        }
        int mine = life;
        for (ClientEffect effect : core.get().step(event)) {
            if (effect instanceof ClientEffect.SendToReplica send) {
                send(send);
            } else if (effect instanceof ClientEffect.Complete done) {
                complete(done.token(), done.outcome());
                if (done.token() > 0) {
                    later(mine);
                }
            }
        }
    }

    private void send(ClientEffect.SendToReplica send) {
        if (Frames.isOf(Message.Type.REQUEST, send.frame()) && Frames.reads(send.frame())) {
            SignedRequest read = Frames.request(send.frame());
            int cell = Operation.read(read.request().operation()).cell();
            world.checks().history().readIsSent(read.digest(), cell);
        } else if (Frames.isOf(Message.Type.REQUEST, send.frame()) && Frames.revokes(send.frame())) {
            world.checks().credentials().brings(Frames.request(send.frame()).digest());
        }
        crook.map(c -> c.instead(send))
                .orElse(List.of(send))
                .forEach(s -> world.sendFromClient(index, s.replica(), s.frame()));
    }

    private void complete(long number, Outcome outcome) {
        Violation.unless(
                pending.remove(number), "reply", () -> "operation " + number + " was answered twice, or never asked");
        world.trace().mark('A', settings.client(), number, 0);
        Optional<Revoking> revocation = Optional.ofNullable(revocations.remove(number));
        if (revocation.isPresent()) {
            brought(revocation.get(), outcome);
            return;
        }
        History history = world.checks().history();
        if (outcome instanceof Outcome.Result result) {
            Violation.unless(
                    !inVain.remove(number), "revoked-is-refused", () -> "operation " + number + " of a revoked client");
            history.accepted(number, false, result.result());
            return;
        }
        Outcome.Failed failed = (Outcome.Failed) outcome;
        switch (failed.reason()) {
            case OPERATION_FAILED -> {
                history.accepted(number, true, failed.text().getBytes(StandardCharsets.UTF_8));
                world.tally().count(Tally.Count.REFUSED);
            }
            case TABLE_FULL -> history.notExecuted(number);
            case SESSION_GONE -> world.tally().count(Tally.Count.SESSIONS_LOST);
            case RESULT_DROPPED -> {
                history.executed(number);
                world.tally().count(Tally.Count.RESULTS_DROPPED);
            }
            case CREDENTIAL_EXPIRED -> {
                refused = true;
                history.notExecuted(number);
                world.checks().credentials().saysExpired(settings.client());
            }
            case CREDENTIAL_REVOKED -> {
                refused = true;
                world.checks().credentials().saysRevoked(settings.client());
            }
            case BUSY, TOO_LONG, CLOSED -> throw new Violation("reply", "a client refused what it has room for");
        }
    }
}
