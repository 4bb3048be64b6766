/** A replica's stand-in for tests of the watchdog: the channels are real, the protocol is not there. */
@NullMarked
package dev.bft.standin;

import org.jspecify.annotations.NullMarked;
