/** BFT-PR itself, replica and client side: a pure function without input or output of its own. */
@NullMarked
package dev.bft.protocol;

import org.jspecify.annotations.NullMarked;
