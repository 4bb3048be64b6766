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
     * @param tick the tick of this boot
     * @param pageCount the pages of the state
     * @param durable whether votes reach the disk before they are sent
     */
    record Boot(Owner owner, long boot, long tick, int pageCount, boolean durable) {}

    /**
     * Reads everything.
     *
     * <p>The log is intact if it is whole, of this boot's tick, and the state it goes with is there. Where votes are
     * kept in memory, it is taken away: after a crash it would be an old one, and must not be taken for a save.
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
        boolean otherTick = log.head().filter(head -> head.tick() != boot.tick).isPresent();
        log.fault().ifPresent(fault -> faults.add("votes: " + fault));
        if (otherTick) {
            faults.add("votes: of another tick than " + boot.tick);
        }
        if (stateLost) {
            state.fault().ifPresent(fault -> faults.add("state: " + fault));
        }
        boolean intact = log.fault().isEmpty() && !otherTick && !stateLost;
        if (!boot.durable) {
            votes.remove();
        }
        FileHead base = state.head();
        Saved saved = new Saved(intact, boot.tick, log.records(), base.seqno(), base.digest(), base.stable());
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
