/** The hash-chained, sealed audit log: write, tail, verify, export. */
@NullMarked
package dev.bft.watchdog.audit;

import org.jspecify.annotations.NullMarked;
