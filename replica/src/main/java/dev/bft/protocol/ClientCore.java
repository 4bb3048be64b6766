package dev.bft.protocol;

import dev.bft.wire.Envelope;
import dev.bft.wire.KeyAck;
import dev.bft.wire.KeyRequest;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Reply;
import dev.bft.wire.SignatureAsked;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * A client of the replicated service (section 3): a function of its events, like a replica.
 *
 * <p>It has no deadlines: an operation is sent until 2f+1 replicas agree on how it ended. Nothing that a replica
 * sends stops it or lets it grow.
 */
public final class ClientCore {
    private final ClientSettings settings;
    private final ClientSecrets secrets;
    private final EnumMap<ClientDrop, Long> drops = new EnumMap<>(ClientDrop.class);
    private Optional<Running> running = Optional.empty();
    private Optional<Long> lastTick = Optional.empty();

    /** What there is from Started to Close. */
    private record Running(ClientNode node, ReplicaKeys keys, Invocations invocations) {
        static Running of(ClientNode node) {
            ReplicaKeys keys = new ReplicaKeys(node);
            return new Running(node, keys, new Invocations(node, keys));
        }
    }

    /** A client that waits for Started. */
    public ClientCore(ClientSettings settings, ClientSecrets secrets) {
        this.settings = settings;
        this.secrets = secrets;
    }

    /** Takes one event; returns what is to be done for it, in this order. */
    public List<ClientEffect> step(ClientEvent event) {
        if (event instanceof ClientEvent.Started started) {
            running = Optional.of(Running.of(new ClientNode(settings, secrets, started)));
            return List.of();
        }
        if (event instanceof ClientEvent.Close) {
            running = Optional.empty();
            return List.of();
        }
        if (running.isEmpty()) {
            return refused(event);
        }
        handle(running.get(), event);
        return running.get().node.takeEffects();
    }

    private static List<ClientEffect> refused(ClientEvent event) {
        if (event instanceof ClientEvent.Invoke invoke) {
            Outcome closed = new Outcome.Failed(Outcome.Reason.CLOSED, "this client is closed; make a new one");
            return List.of(new ClientEffect.Complete(invoke.token(), closed));
        }
        return List.of();
    }

    private void handle(Running client, ClientEvent event) {
        if (event instanceof ClientEvent.Invoke invoke) {
            client.invocations.invoke(invoke);
        } else if (event instanceof ClientEvent.Received received) {
            receive(client, received).ifPresent(reason -> drops.merge(reason, 1L, Long::sum));
        } else if (event instanceof ClientEvent.Connected connected) {
            client.keys.connected(connected.replica());
            client.invocations.keyChanged(connected.replica());
        } else if (event instanceof ClientEvent.Lost lost) {
            client.keys.lost(lost.replica());
            client.invocations.lost(lost.replica());
        } else if (event instanceof ClientEvent.Tick tick) {
            client.node.advance(Math.max(0, tick.nanos() - lastTick.orElse(tick.nanos())));
            lastTick = Optional.of(tick.nanos());
            client.keys.tick();
            client.invocations.tick();
        }
    }

    private Optional<ClientDrop> receive(Running client, ClientEvent.Received received) {
        Envelope envelope;
        try {
            envelope = Envelope.read(received.frame());
        } catch (MalformedException e) {
            return Optional.of(ClientDrop.MALFORMED);
        }
        if (!envelope.isOf(client.node.cluster)) {
            return Optional.of(ClientDrop.WRONG_CLUSTER);
        }
        int replica = received.replica();
        if (envelope.sender() != replica) {
            return Optional.of(ClientDrop.WRONG_SENDER);
        }
        if (envelope.message() instanceof Reply reply) {
            return client.invocations.reply(replica, envelope, reply);
        }
        if (envelope.message() instanceof KeyRequest request) {
            return client.keys.requested(replica, request.nonce());
        }
        if (envelope.message() instanceof SignatureAsked asked) {
            return client.invocations.sign(replica, envelope, asked);
        }
        if (envelope.message() instanceof KeyAck ack) {
            Optional<ClientDrop> refused = client.keys.acknowledged(replica, envelope, ack.key());
            if (refused.isEmpty()) {
                client.invocations.keyChanged(replica);
            }
            return refused;
        }
        return Optional.of(ClientDrop.WRONG_TYPE);
    }

    /** What the client shows of itself. */
    public ClientStatus status() {
        SortedMap<String, Long> counted = new TreeMap<>();
        for (Map.Entry<ClientDrop, Long> drop : drops.entrySet()) {
            counted.put(drop.getKey().label(), drop.getValue());
        }
        return running.map(client -> new ClientStatus(
                        client.invocations.view(),
                        client.keys.usable(),
                        client.invocations.outstanding(),
                        client.invocations.waiting(),
                        client.invocations.retransmissions(),
                        counted))
                .orElse(new ClientStatus(0, List.of(), 0, 0, 0, counted));
    }
}
