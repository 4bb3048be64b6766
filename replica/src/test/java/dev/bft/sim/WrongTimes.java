package dev.bft.sim;

import dev.bft.wire.Batch;
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
    Batch wrong(Batch batch) {
        if (batch.requests().isEmpty()) {
            return batch;
        }
        long time = batch.proposedTime();
        frozen = frozen.isPresent() ? frozen : OptionalLong.of(time);
        if (!bad) {
            return with(batch, time + rng.between(-LITTLE, LITTLE));
        }
        return switch (rng.below(5)) {
            case 0 -> with(batch, time + HOUR);
            case 1 -> with(batch, time - HOUR);
            case 2 -> with(batch, frozen.getAsLong());
            case 3 -> Batch.of(batch.requests(), new byte[0]);
            default -> Batch.of(batch.requests(), time, rng.bytes(5));
        };
    }

    private static Batch with(Batch batch, long time) {
        return Batch.of(batch.requests(), time, batch.proposedValue());
    }

    /** The same requests an hour ahead. */
    static Batch ahead(Batch batch) {
        return with(batch, batch.proposedTime() + HOUR);
    }
}
