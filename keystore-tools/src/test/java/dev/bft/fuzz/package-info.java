/** What fuzz tests of all modules measure by. */
@NullMarked
package dev.bft.fuzz;

import org.jspecify.annotations.NullMarked;
