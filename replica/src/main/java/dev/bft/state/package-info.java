/** The partition tree, copy-on-write checkpoints, page transfer and the state file. */
@NullMarked
package dev.bft.state;

import org.jspecify.annotations.NullMarked;
