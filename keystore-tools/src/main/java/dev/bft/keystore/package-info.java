/** Principals, the cluster file (bft.toml), key pairs, credentials and key files: the smallest part of the trusted base. */
@NullMarked
package dev.bft.keystore;

import org.jspecify.annotations.NullMarked;
