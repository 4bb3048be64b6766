/** Every message and its bytes. */
@NullMarked
package dev.bft.wire;

import org.jspecify.annotations.NullMarked;
