/** The loop that runs a replica: network, ticks, disk, coprocessor. */
@NullMarked
package dev.bft.host;

import org.jspecify.annotations.NullMarked;
