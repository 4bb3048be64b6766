/**
 * The loop that runs a replica: network, ticks, disk, coprocessor.
 *
 * <p>One thread runs the core and the network; a disk thread, a coprocessor thread, one that reads the watchdog's orders
 * and one that writes reports feed it. A frame that comes in is answered without changing threads. While a replica boots,
 * one more thread plays a {@link dev.bft.host.Rehearsal}, which shares nothing with the others but the compiled code.
 *
 * <h2>What a crash leaves</h2>
 *
 * A replica's folder holds {@code votes} ({@link dev.bft.host.VoteLog}), {@code state}, {@code journal}
 * ({@link dev.bft.host.StateFile}) and {@code executing} ({@link dev.bft.host.ExecutionMark}). Each row is a kill point
 * of the process or of the machine (unsynced writes lost or torn, by sector, in any order), and what the next boot
 * finds; VoteLogTest, StateFileTest and StorageTest crash at every write, sync and rename of a run and look,
 * ExecutionMarkTest at its batches.
 *
 * <table>
 * <caption>Kill points</caption>
 * <tr><th>killed while or before</th><th>found at the next boot</th></tr>
 * <tr><td>a block of votes is written, or its sync</td>
 *     <td>all blocks before it; the torn one is cut, nothing was said because of it</td></tr>
 * <tr><td>the sync returned, before the message left</td><td>the vote; the message is sent again by STATUS</td></tr>
 * <tr><td>a new segment is written to {@code votes.new}, its sync, or its rename</td>
 *     <td>the old segment, whole; {@code votes.new} is removed</td></tr>
 * <tr><td>the sync of the folder after the rename</td>
 *     <td>the old segment or the new one, whole; it syncs the folder before it votes</td></tr>
 * <tr><td>a log of the tick before is bound to the tick of the boot</td>
 *     <td>the log of either tick, whole; the watchdog takes both until the replica speaks</td></tr>
 * <tr><td>the journal is written, or its sync</td><td>the old checkpoint; the journal does not check and is dropped</td></tr>
 * <tr><td>the journal is applied to {@code state}, or the sync of that</td>
 *     <td>the new checkpoint: the journal is applied again</td></tr>
 * <tr><td>the journal is cleared</td><td>the new checkpoint, perhaps applied again, which changes nothing</td></tr>
 * <tr><td>the first start makes {@code state}</td>
 *     <td>the fresh log of keygen without a record: the state is made (again) and synced before anything is voted</td></tr>
 * <tr><td>a batch is executed: the process</td>
 *     <td>the mark of its seqno, which counts a death there; after the second one the batch is not executed here and the
 *     replica is a witness: it votes, and waits for a later checkpoint of the others</td></tr>
 * <tr><td>a batch is executed: the machine</td><td>the mark or not: it is not synced</td></tr>
 * </table>
 *
 * A break in the log that no crash explains (damage with a whole block behind it, in what a segment began with, or in
 * its head), a log of a tick that the boot does not take, and a state that is missing or damaged beside a log that is
 * not fresh make the replica amnesiac. Damage that takes all blocks up to the end looks like a torn tail and cannot be
 * told from one.
 */
@NullMarked
package dev.bft.host;

import org.jspecify.annotations.NullMarked;
