/** The clean image a recovery boots from: build, sign, verify, seal, mount. */
@NullMarked
package dev.bft.watchdog.image;

import org.jspecify.annotations.NullMarked;
