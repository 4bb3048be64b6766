/** The key-value service. */
@NullMarked
package dev.bft.service.kv;

import org.jspecify.annotations.NullMarked;
