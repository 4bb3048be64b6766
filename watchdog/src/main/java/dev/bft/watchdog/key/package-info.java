/** The coprocessor process: the key in locked memory, the counter, sign and open. */
@NullMarked
package dev.bft.watchdog.key;

import org.jspecify.annotations.NullMarked;
