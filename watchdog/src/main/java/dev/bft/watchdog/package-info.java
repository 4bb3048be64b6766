/** The trusted process of a replica: timer, schedule, recovery monitor, reboot. */
@NullMarked
package dev.bft.watchdog;

import org.jspecify.annotations.NullMarked;
