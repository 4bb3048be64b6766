/** The blocking and asynchronous call interface for applications. */
@NullMarked
package dev.bft.client;

import org.jspecify.annotations.NullMarked;
