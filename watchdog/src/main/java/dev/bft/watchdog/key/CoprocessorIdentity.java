package dev.bft.watchdog.key;

import dev.bft.keystore.SealingKey;
import dev.bft.keystore.VerifyKey;

/**
 * Whose keys a coprocessor holds, so that the monitor can compare them with the ROM without reading the key file.
 *
 * @param clusterId 32 hex digits
 * @param replica the replica's id
 * @param sign verifies what it signs
 * @param open seals what it opens
 */
public record CoprocessorIdentity(String clusterId, int replica, VerifyKey sign, SealingKey open) {}
