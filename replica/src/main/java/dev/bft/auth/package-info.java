/** Session keys, authenticators and freshness. */
@NullMarked
package dev.bft.auth;

import org.jspecify.annotations.NullMarked;
