/** The command line: one class a command. */
@NullMarked
package dev.bft.cli;

import org.jspecify.annotations.NullMarked;
