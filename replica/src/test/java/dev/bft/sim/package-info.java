/** The simulator: whole clusters in one thread, from a seed. */
@NullMarked
package dev.bft.sim;

import org.jspecify.annotations.NullMarked;
