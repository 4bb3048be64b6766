/** Linux isolation: launcher, Landlock, seccomp, pidfd, namespaces. */
@NullMarked
package dev.bft.watchdog.sandbox;

import org.jspecify.annotations.NullMarked;
