/** What a service author implements, and the paged state a service may touch. */
@NullMarked
package dev.bft.service;

import org.jspecify.annotations.NullMarked;
