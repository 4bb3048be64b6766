package dev.bft.sim;

import dev.bft.auth.PublicKeys.Statement;
import dev.bft.protocol.Effect;
import dev.bft.protocol.Event;

/**
 * The coprocessor of one replica: signs with a counter that never repeats, opens what was sealed for it. It
 * outlives the replica's processes; when the machine loses power the counter skips to the end of its block.
 */
final class SimCoprocessor {
    private static final long BLOCK = 64;

    private final Keys keys;
    private final int replica;
    private long counter;

    SimCoprocessor(Keys keys, int replica) {
        this.keys = keys;
        this.replica = replica;
    }

    Event.Signed sign(Effect.Sign request) {
        counter++;
        byte[] signature = keys.coprocessorSigns(replica, new Statement(request.domain(), counter, request.payload()));
        return new Event.Signed(request.token(), counter, signature);
    }

    Event.Opened open(Effect.Open request) {
        return new Event.Opened(request.token(), keys.coprocessorOpens(replica, request.context(), request.sealed()));
    }

    /** The machine lost power and has it again. */
    void powerCut() {
        counter = (counter / BLOCK + 1) * BLOCK;
    }

    long counter() {
        return counter;
    }
}
