/** Linux isolation: the launcher, what it binds, and proof of a process's death. */
@NullMarked
package dev.bft.watchdog.sandbox;

import org.jspecify.annotations.NullMarked;
