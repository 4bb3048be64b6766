/**
 * The partition tree, copy-on-write checkpoints, page transfer and the state file.
 *
 * <p>A digest here is that of the content alone: the tree has no {@code lm}, the checkpoint at which a partition was last
 * modified (sections 8.1, 8.2). The paper has it so that a replica asks only for what changed since its own copy; ours
 * compares the digests of all children with its own instead, which is 32 bytes a page of a chunk that differs, and cannot be
 * wrong. What a batch wrote and undid, or wrote back as it was, leaves no trace then: two replicas with equal pages have
 * equal digests whatever each executed ahead, so a checkpoint needs no provisional snapshot, and there is no trouble of
 * the kind that amendment RC12 describes. A copy that was fetched is as good as one that was executed.
 *
 * <p>A transfer never touches live pages (amendment RC5): it stages what differs from the newest checkpoint, each part
 * checked against its parent, and {@link dev.bft.state.PagedState#reset} makes all of it the state at once. What was
 * written above that checkpoint is dropped with it, and executed again from the log.
 *
 * <p>Memory, for a state of N pages: on the heap 60 bytes a page for the tree and the frames, 12 to 60 more while a state
 * is fetched, and 12 for each checkpoint that is pinned for others; 62, 62 and 12 MiB at 4 GiB. Pages themselves are off
 * the heap ({@code PagePool}) and in maps of the state file.
 */
@NullMarked
package dev.bft.state;

import org.jspecify.annotations.NullMarked;
