package dev.bft.protocol;

import dev.bft.wire.Digest;
import java.util.List;

/**
 * What the disk held at boot; hostile until checked.
 *
 * @param intact the vote log is whole (chain unbroken but for a torn tail) and its head carries this boot's tick;
 *     false means amnesia (amendment RC3)
 * @param records the records of the vote log in order
 * @param seqno the checkpoint that the state file claims to hold, 0 for a fresh one
 * @param digest the digest it claims
 * @param stable whether it claims to be stable
 */
public record Saved(boolean intact, long tick, List<byte[]> records, long seqno, Digest digest, boolean stable) {}
