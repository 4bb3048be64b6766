package dev.bft.host;

import dev.bft.protocol.Saved;
import java.io.Closeable;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A replica's own files, opened at a boot: what they held, and the two that are written from now on.
 *
 * @param votes the vote log
 * @param state the base checkpoint
 * @param saved what they held, for the core to check
 * @param faults what was wrong with them, for people
 */
record Storage(VoteLog votes, StateFile state, Saved saved, List<String> faults) implements Closeable {

    /**
     * Which boot this is, and how.
     *
     * @param owner whose files they must be
     * @param boot the boot's number
     * @param ticks the tick of this boot, and which others its log may be of
     * @param pageCount the pages of the state
     * @param durable whether votes reach the disk before they are sent
     */
    record Boot(Owner owner, long boot, Ticks ticks, int pageCount, boolean durable) {}

    /**
     * The tick of a boot, and the tick that its log may be of as well: the one before while nobody knows whether a save
     * for this one was completed, else the same.
     */
    record Ticks(long now, long before) {
        boolean has(long tick) {
            return tick == now || tick == before;
        }
    }

    /**
     * Reads everything.
     *
     * <p>The log is intact if it is whole, of a tick of this boot, and the state it goes with is there. One of the tick
     * before is bound to this one before anything is said: once the watchdog hears of this boot, no log of that tick
     * counts any more. Where votes are kept in memory, the log is taken away: after a crash it would be an old one, and
     * must not be taken for a save.
     *
     * @throws ForeignFileException if a file is whole but not for this replica
     */
    static Storage open(Folder folder, Boot boot) throws IOException, ForeignFileException {
        VoteLog votes = new VoteLog(folder, boot.owner, boot.boot);
        List<String> faults = new ArrayList<>();
        SegmentReader.Contents log = votes.load();
        boolean fresh = log.fault().isEmpty()
                && log.records().isEmpty()
                && log.head().map(SegmentHead::fresh).orElse(false);
        StateFile state = StateFile.open(folder, boot.owner.cluster(), boot.pageCount, fresh);
        boolean stateLost = state.fault().isPresent() && !fresh;
        boolean otherTick =
                log.head().filter(head -> !boot.ticks.has(head.tick())).isPresent();
        log.fault().ifPresent(fault -> faults.add("votes: " + fault));
        if (otherTick) {
            faults.add("votes: of another tick than " + boot.ticks.now);
        }
        if (stateLost) {
            state.fault().ifPresent(fault -> faults.add("state: " + fault));
        }
        boolean intact = log.fault().isEmpty() && !otherTick && !stateLost;
        if (!boot.durable) {
            votes.remove();
        } else if (intact) {
            SegmentHead head = log.head().orElseThrow();
            if (head.tick() != boot.ticks.now) {
                votes.replace(boot.ticks.now, head.fresh(), log.records());
            }
        }
        FileHead base = state.head();
        Saved saved = new Saved(intact, boot.ticks.now, log.records(), base.seqno(), base.digest(), base.stable());
        return new Storage(votes, state, saved, List.copyOf(faults));
    }

    @Override
    public void close() throws IOException {
        try {
            votes.close();
        } finally {
            state.close();
        }
    }
}
