/**
 * The coprocessor process: it alone holds a replica's private keys; it signs with a counter and opens session keys.
 *
 * <p>Two channels lead to it, and what may be asked depends on the channel, never on what the asker says. Its fd 0 is
 * the monitor's: statements about recoveries and boots, and at each boot one end of a new replica channel. The replica
 * channel is that end: statements about new keys, and opening. A new boot's channel ends the old one, and the answer
 * to the monitor comes after the old channel's last request was done, so nothing of an old boot is signed later.
 *
 * <p>Before it reads a key the process makes itself undumpable, so that no process of the same user can read its
 * memory, and forbids core files. The keys lie on the Java heap: the boundary of the process protects them. It ends
 * when the monitor's channel does.
 */
@NullMarked
package dev.bft.watchdog.key;

import org.jspecify.annotations.NullMarked;
