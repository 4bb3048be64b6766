/** Frames over TCP: one selector thread, bounded, lossy by contract. */
@NullMarked
package dev.bft.net;

import org.jspecify.annotations.NullMarked;
