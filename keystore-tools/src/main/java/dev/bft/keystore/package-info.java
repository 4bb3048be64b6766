/**
 * Principals, the cluster file (bft.toml), key pairs, credentials, key files and the counter: the smallest part of
 * the trusted base.
 *
 * <p>Every key is encoded with the number of its algorithm first, so that another algorithm can join without a
 * second format. Private keys leave this package only as files that nobody else may read. All of it uses the
 * lightweight interface of Bouncy Castle, because it is part of the replica's image, which stays small.
 */
@NullMarked
package dev.bft.keystore;

import org.jspecify.annotations.NullMarked;
