/**
 * The command line: one class a command.
 *
 * <p>Help and manual are one text, the command model. {@code ManPages} in the tests makes a page of each command for
 * {@code man/}: the first line of its description becomes the name line and the first paragraph, each further line a
 * paragraph; then arguments and options with their descriptions. The lines of its footer, which {@link
 * dev.bft.cli.Footer} writes from {@link dev.bft.cli.Manual}, are sections: a heading at the margin that ends in a colon
 * ("Examples:", "Exit codes:"), entries indented by two spaces, and what is said of an entry either behind it after two
 * spaces or on lines of its own, indented by six. {@code ManPagesTest} fails when a page and its command differ, and
 * says how to make the pages again.
 */
@NullMarked
package dev.bft.cli;

import org.jspecify.annotations.NullMarked;
