/**
 * The narrow interface to a key nobody may see, and the framing of every local channel.
 *
 * <p>Three channels use {@link dev.bft.coprocessor.LocalChannel}: replica to coprocessor (fd 0), replica to watchdog
 * (fd 1) and watchdog to replica (fd 3). Each end treats the other as hostile: a frame is bounded before it is read,
 * a message is checked before it exists, and a broken frame ends the channel, since nothing after it can be trusted.
 */
@NullMarked
package dev.bft.coprocessor;

import org.jspecify.annotations.NullMarked;
