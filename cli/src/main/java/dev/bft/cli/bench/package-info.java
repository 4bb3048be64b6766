/** The benchmarks, each against its baseline. */
@NullMarked
package dev.bft.cli.bench;

import org.jspecify.annotations.NullMarked;
