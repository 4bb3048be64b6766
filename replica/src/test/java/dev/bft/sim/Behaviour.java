package dev.bft.sim;

import java.util.List;
import java.util.Locale;

/** What a faulty replica does beside, or instead of, what its core says. */
enum Behaviour {
    /** Says nothing at all. */
    SILENCE,
    /** Proposes nothing, and says no NEW-VIEW. */
    SILENT_PRIMARY,
    /** Proposes one batch to some and another to others, and stands by both. */
    EQUIVOCATION,
    /** Leaves gaps between seqnos, or proposes far ahead. */
    GAPS,
    /** Proposes null batches while requests wait: what is left of S18 without a recovery. */
    NULL_BATCHES,
    /** Proposes requests that were proposed before. */
    DUPLICATES,
    /** Proposes requests that no client made. */
    FORGED_REQUESTS,
    /** Proposes, by name, requests that nobody has. */
    MISSING_REQUESTS,
    /** Leaves f replicas out of everything that is ordered (amendment AG5). */
    EXCLUSION,
    /** Sends each proposal once, and never a body. */
    WITHHELD_BODIES,
    /** Sends other bodies than those that are asked for. */
    WRONG_BODIES,
    /** Votes for other batches, or for two. */
    WRONG_VOTES,
    /** Says PREPARE and COMMIT for what was proposed, prepared or not. */
    HASTY_COMMITS,
    /** Announces checkpoints with other digests or of the far future. */
    LYING_CHECKPOINTS,
    /** Says it has more, or less, or another view. */
    LYING_STATUS,
    /** Says that something was decided that was not. */
    LYING_DECISIONS,
    /** Serves wrong pages and digests. */
    CORRUPT_PAGES,
    /** Claims in VIEW-CHANGE to have prepared invented batches in high views. */
    FALSE_P,
    /** Claims in VIEW-CHANGE to have prepared nothing. */
    OMITTED_P,
    /** Claims checkpoints that nobody has. */
    FALSE_CHECKPOINTS,
    /** Sends one VIEW-CHANGE to some and another to others. */
    TWO_VIEW_CHANGES,
    /** Sends its VIEW-CHANGEs and acknowledgements to some only. */
    SELECTIVE_VIEW_CHANGES,
    /** Acknowledges what nobody said. */
    FALSE_ACKS,
    /** Begins views with other batches than it must. */
    WRONG_NEW_VIEWS,
    /** Begins a view for some by one valid NEW-VIEW and for others by another. */
    TWO_NEW_VIEWS,
    /** Begins views with a batch that it alone claims to have prepared. */
    SELF_SERVING_NEW_VIEWS,
    /** Begins views by VIEW-CHANGEs that it made itself in the name of others. */
    FORGED_VIEW_CHANGES,
    /** Claims to be active in views that did not begin so. */
    INVENTED_NEW_VIEWS,
    /** Goes to views beyond all measure. */
    ENORMOUS_VIEWS,
    /** Asks for one of the next three views now and then. */
    HASTY_VIEW_CHANGES,
    /** Says again what it said long ago, with keys of today. */
    STALE_TRAFFIC,
    /** Speaks in the name of others, to themselves too. */
    IMPERSONATION,
    /** Takes almost as long for each request as a primary may. */
    SLUGGISH,
    /** Takes almost as long as it may for the requests of one client, and serves the others at once. */
    FAVOURING,
    /** Runs twice with the same keys, each copy seen by some. */
    TWINS,
    /**
     * Claims to have prepared what nobody has, where others voted for two batches, and begins its views with that
     * (amendment AG10). Not on days drawn from a seed: there something is prepared wherever two batches were voted for.
     */
    INVENTED_BATCHES,
    /**
     * Claims in the VIEW-CHANGE for its own view to have prepared all that it pre-prepared, and begins the view with
     * that: nobody can tell that it did not. Not on days drawn from a seed: it is what a correct one may say.
     */
    CLAIMED_PREPARES,
    /**
     * Answers clients with wrong results, in wrong views, on a wrong basis.
     */
    LYING_REPLIES,
    /**
     * Proposes times of long ago, of the future, or the same again and again, and values that the service does not accept.
     */
    BAD_TIMES,
    /** Proposes times that are a little wrong, now late, now early: nobody can tell. */
    UNSTEADY_TIMES,
    /**
     * Claims to have prepared a batch of the future that others were never shown, where they voted for two batches, and
     * gives it to whoever needs it (amendment RC7). Not on days drawn from a seed.
     */
    FUTURE_BATCHES,
    /**
     * Announces, with all others that do so, one invented state at every checkpoint, and serves that (S45). Not on days
     * drawn from a seed.
     */
    COLLUDING_STATES,
    /** Says its last FETCH again, dozens of times at every tick (S49). */
    FETCH_FLOOD,
    /** Says whatever it said before, of every type by turns, hundreds of times at every tick (S72). */
    FLOOD,
    /** Says of every proposal that it cannot tell whose request it holds, and names another than it could (amendment AG7). */
    LYING_HOLDS;

    /** Those of the last ones that a faulty replica may have beside others, on some of the days drawn from a seed. */
    static final List<Behaviour> SELDOM =
            List.of(LYING_REPLIES, BAD_TIMES, UNSTEADY_TIMES, FETCH_FLOOD, FLOOD, LYING_HOLDS);

    /** The name in reports. */
    String label() {
        return "did-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
