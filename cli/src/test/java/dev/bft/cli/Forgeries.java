package dev.bft.cli;

import dev.bft.auth.MacKey;
import dev.bft.protocol.ClientEffect;
import dev.bft.wire.Cluster;
import dev.bft.wire.Digest;
import dev.bft.wire.Envelope;
import dev.bft.wire.MalformedException;
import dev.bft.wire.Message;
import dev.bft.wire.Request;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Other requests of a client beside those of its core, with MACs that are good: it knows its own keys. */
final class Forgeries {
    private static final long FAR = 1L << 40;

    private final HostileKind kind;
    private final Cluster cluster;
    /** By their numbers; one client's key numbers are all different. */
    private final Map<Long, MacKey> keys;

    private long made;

    Forgeries(HostileKind kind, Cluster cluster, Map<Long, MacKey> keys) {
        this.kind = kind;
        this.cluster = cluster;
        this.keys = keys;
    }

    static Envelope parsed(byte[] frame) {
        try {
            return Envelope.read(frame);
        } catch (MalformedException e) {
            throw new IllegalStateException("a client's core made a frame that nobody can read", e);
        }
    }

    /** What leaves instead of a frame of the core. */
    List<ClientEffect.SendToReplica> instead(ClientEffect.SendToReplica send) {
        boolean other = kind == HostileKind.REUSED_TIMESTAMP || kind == HostileKind.FAR_AHEAD;
        if (!other || !Envelope.holds(send.frame(), Message.Type.REQUEST)) {
            return List.of(send);
        }
        Envelope envelope = parsed(send.frame());
        if (!(envelope.message() instanceof Request request)
                || request.open()
                || !(envelope.auth() instanceof Envelope.Macs macs)) {
            return List.of(send);
        }
        made++;
        return kind == HostileKind.FAR_AHEAD ? ahead(send, request, macs) : twice(send, request, macs);
    }

    private List<ClientEffect.SendToReplica> ahead(
            ClientEffect.SendToReplica send, Request request, Envelope.Macs macs) {
        Request later = made % 2 == 0
                ? with(request, request.base() + FAR, request.number())
                : with(request, request.base(), request.number() + FAR + made);
        List<ClientEffect.SendToReplica> all = new ArrayList<>(List.of(send));
        forged(send, later, macs).ifPresent(frame -> macs.macs().forEach(mac -> all.add(to(mac.receiver(), frame))));
        return all;
    }

    private List<ClientEffect.SendToReplica> twice(
            ClientEffect.SendToReplica send, Request request, Envelope.Macs macs) {
        byte[] operation = request.operation().clone();
        operation[operation.length - 1] ^= 1;
        Request other = new Request(
                request.session(),
                request.base(),
                request.number(),
                request.kind(),
                request.replier(),
                operation,
                new byte[0]);
        List<ClientEffect.SendToReplica> all = new ArrayList<>();
        byte[] second = forged(send, other, macs).orElse(send.frame());
        for (Envelope.Mac mac : macs.macs()) {
            boolean first = (mac.receiver() + made) % 2 == 0;
            all.add(to(mac.receiver(), first ? send.frame() : second));
            all.add(to(mac.receiver(), first ? second : send.frame()));
        }
        return all;
    }

    private static ClientEffect.SendToReplica to(int replica, byte[] frame) {
        return new ClientEffect.SendToReplica(replica, frame);
    }

    private static Request with(Request r, long base, long number) {
        return new Request(r.session(), base, number, r.kind(), r.replier(), r.operation(), new byte[0]);
    }

    /** The frame of another request, if all keys of the first are known. */
    private Optional<byte[]> forged(ClientEffect.SendToReplica send, Request request, Envelope.Macs macs) {
        byte[] open = Envelope.open(cluster, parsed(send.frame()).sender(), request);
        Digest digest = Digest.of(open);
        List<Envelope.Mac> good = new ArrayList<>();
        for (Envelope.Mac mac : macs.macs()) {
            MacKey key = keys.get(mac.key());
            if (key == null) {
                return Optional.empty();
            }
            good.add(new Envelope.Mac(mac.receiver(), mac.key(), key.tag(digest)));
        }
        return Optional.of(Envelope.complete(open, new Envelope.Macs(good)));
    }
}
