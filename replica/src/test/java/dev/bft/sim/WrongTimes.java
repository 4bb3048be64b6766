package dev.bft.sim;

import dev.bft.wire.Batch;
import dev.bft.wire.Proposal;
import java.util.List;
import java.util.OptionalLong;

/** What a faulty primary proposes in place of its clock's time and its service's value. */
final class WrongTimes {
    private static final long HOUR = 3_600_000_000L;
    /** Less than what clocks may differ by, with all that they do. */
    private static final long LITTLE = Plan.TIME_SKEW / Plan.MICROS / 2;

    private final Rng rng;
    private final boolean bad;
    private OptionalLong frozen = OptionalLong.empty();

    /** Times that nobody takes, or else such as everybody may. */
    WrongTimes(Rng rng, boolean bad) {
        this.rng = rng;
        this.bad = bad;
    }

    /** The same requests with another time or value; a null batch has neither. */
    Proposal wrong(Proposal batch) {
        if (batch.entries().isEmpty()) {
            return batch;
        }
        Batch said = new Batch(List.of(), batch.nondet(), batch.digest());
        long time = said.proposedTime();
        frozen = frozen.isPresent() ? frozen : OptionalLong.of(time);
        byte[] nondet = bad ? bad(said, time) : nondet(time + rng.between(-LITTLE, LITTLE), said.proposedValue());
        return Proposal.of(batch.entries(), nondet);
    }

    private byte[] bad(Batch said, long time) {
        byte[] value = said.proposedValue();
        return switch (rng.below(5)) {
            case 0 -> nondet(time + HOUR, value);
            case 1 -> nondet(time - HOUR, value);
            case 2 -> nondet(frozen.orElse(time), value);
            case 3 -> new byte[0];
            default -> nondet(time, rng.bytes(5));
        };
    }

    private static byte[] nondet(long time, byte[] value) {
        return Batch.of(List.of(), time, value).nondet();
    }

    /** The same requests an hour ahead. */
    static Batch ahead(Batch batch) {
        return Batch.of(batch.requests(), batch.proposedTime() + HOUR, batch.proposedValue());
    }
}
