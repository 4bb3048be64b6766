package dev.bft.sim;

import java.util.Locale;
import java.util.Optional;

/** Something that must happen now and then, or the seeds prove nothing about it: a sweep counts in how many it did. */
enum Situation {
    /** A client came into quarantine. */
    QUARANTINED,
    /** A replica did not listen to a node for a while, for what it sent too much. */
    MUTED,
    /** A NEW-VIEW chose a batch that was prepared before. */
    BATCH_CHOSEN,
    /** A NEW-VIEW chose a batch that fewer than f+1 of its VIEW-CHANGEs had in Q: others vouched by later ones. */
    FORGOTTEN_CHOSEN,
    /** A NEW-VIEW chose null below a batch. */
    NULL_CHOSEN,
    /** A NEW-VIEW began above the first checkpoint. */
    CHECKPOINT_CHOSEN,
    /** A NEW-VIEW rested on more than 2f+1 VIEW-CHANGEs. */
    MORE_THAN_A_QUORUM,
    /** A NEW-VIEW listed a VIEW-CHANGE whose h was above the checkpoint that it chose. */
    VIEW_CHANGE_AHEAD,
    /** A VIEW-CHANGE was sent by a replica at a multiple of K. */
    LEFT_AT_A_CHECKPOINT,
    /** A VIEW-CHANGE had two batches in Q for one seqno. */
    TWO_BATCHES_IN_Q,
    /** A VIEW-CHANGE had as many batches in Q for one seqno as it may. */
    FULL_Q,
    /** A replica asked for a batch that its new view needs. */
    BATCH_MISSING,
    /** A replica that was active in a view, or waited for one, told that a batch committed. */
    DECISION_TOLD,
    /** A replica passed the VIEW-CHANGE of another on. */
    VIEW_CHANGE_PASSED_ON,
    /** A replica followed f+1 others to a later view. */
    FOLLOWED,
    /** A view ended because f+1 found its primary slow or unfair. */
    FOUND_SLOW,
    /** A view did not begin in time. */
    VIEW_FAILED,
    /** Two correct replicas began one view with different NEW-VIEWs. */
    TWO_BEGINNINGS,
    /** A straggler knew of a batch that committed in a later view than the NEW-VIEW that it got chose another for. */
    OVERRULED,
    /** A replica began a view by a VIEW-CHANGE unlike that which its sender had told it. */
    TOLD_OTHERWISE,
    /** A primary that was asked to hand over left its view by itself. */
    HANDED_OVER,
    /** A NEW-VIEW was found to be wrong. */
    WRONG_NEW_VIEW,
    /** A replica came into a view because f+1 others were active in it. */
    SHORTCUT,
    /** All was well but that a correct replica waited alone in a later view, and faulty ones were needed in its place. */
    LEFT_ALONE,
    /** A frame arrived that was held up over several views, and over several keys of its receiver. */
    HELD_OVER_VIEWS_AND_KEYS,
    /** A replica gave others new keys between a proposal that it got and its PREPARE. */
    KEYS_BEFORE_PREPARE,
    /** Between its vote for a batch and its COMMIT. */
    KEYS_BEFORE_COMMIT,
    /** Between its COMMIT and the execution of the batch. */
    KEYS_BEFORE_EXECUTION,
    /** After it left a view, before it was active in the next. */
    KEYS_IN_A_VIEW_CHANGE,
    /** After it took a checkpoint, before that was stable. */
    KEYS_IN_A_CHECKPOINT,
    /** A batch committed at a replica by what others said of a view that it was not in. */
    COMMITTED_ON_EVIDENCE,
    /** A replica booted and knew of a later view than 0. */
    BOOTED_IN_A_LATER_VIEW,
    /** A reply left that rests on a batch which had only prepared. */
    REPLIED_TENTATIVELY,
    /** A replica undid a batch that it had executed ahead. */
    ROLLED_BACK,
    /** A replica undid a batch after it had told a client of it. */
    TOLD_AND_ROLLED_BACK,
    /** A replica undid a batch whose seqno is a checkpoint's. */
    ROLLED_BACK_A_CHECKPOINT,
    /** A client believed a result before the operation had committed anywhere. */
    BELIEVED_TENTATIVELY,
    /** A COMMIT rode on a PRE-PREPARE or PREPARE, or on another COMMIT. */
    COMMIT_RODE,
    /** A proposal named a request that its client sends to all replicas. */
    REQUEST_NAMED,
    /** A replica asked for requests that a proposal names. */
    REQUEST_MISSING,
    /** A client had the answer to a read that was in no batch. */
    READ_OUT_OF_ORDER,
    /** A client was told that it is revoked. */
    TOLD_REVOKED;

    /** What it is, if a replica leaves its view and says why. */
    static Optional<Situation> of(String why) {
        if (why.contains("others left")) {
            return Optional.of(FOLLOWED);
        }
        if (why.contains("find its primary slow")) {
            return Optional.of(FOUND_SLOW);
        }
        if (why.contains("in time")) {
            return Optional.of(VIEW_FAILED);
        }
        if (why.contains("than it begins with")) {
            return Optional.of(OVERRULED);
        }
        if (why.contains("hand-over")) {
            return Optional.of(HANDED_OVER);
        }
        if (why.contains("is wrong")) {
            return Optional.of(WRONG_NEW_VIEW);
        }
        return why.contains("active in it") ? Optional.of(SHORTCUT) : Optional.empty();
    }

    /** The name in reports. */
    String label() {
        return "was-" + name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
}
