/**
 * Frames over TCP: one selector, no thread of its own, bounded, lossy by contract.
 *
 * <p>A frame is 4 bytes of length, big-endian, and that many bytes. A {@link dev.bft.net.Transport} dials its peers for
 * what it sends and answers others on the links they opened, so a replica and a client use the same class. The owner's
 * loop calls {@code poll}: the protocol and the network run on one thread, and no frame waits for a hand-over. What is
 * sent during a turn goes out together at the start of the next: coalescing counts for more than any library.
 *
 * <p>Nothing here is authenticated, so everything others can make grow has a bound before anyone is trusted
 * ({@link dev.bft.net.NetSettings}). Whatever is lost or cut is counted by reason ({@link dev.bft.net.Loss}).
 */
@NullMarked
package dev.bft.net;

import org.jspecify.annotations.NullMarked;
