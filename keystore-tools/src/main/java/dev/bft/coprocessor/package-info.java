/** The narrow interface to a key nobody may see: requests, replies, and the client side. */
@NullMarked
package dev.bft.coprocessor;

import org.jspecify.annotations.NullMarked;
