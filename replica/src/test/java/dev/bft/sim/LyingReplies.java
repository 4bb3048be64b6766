package dev.bft.sim;

import dev.bft.wire.Reply;
import java.util.List;

/** What a faulty replica answers clients instead of what its core says. */
final class LyingReplies {
    private static final byte[] WRONG =
            "a result that nobody has, and longer than its digest".getBytes(java.nio.charset.StandardCharsets.US_ASCII);

    private final Rng rng;

    LyingReplies(Rng rng) {
        this.rng = rng;
    }

    /** A wrong result, in full where the digest would do; or the right one of another view, or on another basis. */
    Reply instead(Reply r) {
        Reply.Basis basis = rng.pick(List.of(Reply.Basis.values()));
        return switch (rng.below(4)) {
            case 0 -> with(r, r.view() + 1, basis, r.digested(), r.result());
            case 1 -> with(r, r.view(), basis, r.digested(), r.result());
            default -> with(r, r.view(), r.basis(), false, WRONG);
        };
    }

    private static Reply with(Reply r, long view, Reply.Basis basis, boolean digested, byte[] result) {
        return new Reply(view, r.session(), r.base(), r.number(), r.request(), r.outcome(), basis, digested, result);
    }
}
