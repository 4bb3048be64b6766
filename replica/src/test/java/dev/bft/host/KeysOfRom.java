package dev.bft.host;

import dev.bft.auth.PublicKeys;
import dev.bft.keystore.Rom;

/** What a replica's host makes of its read-only memory, for the simulator. */
public final class KeysOfRom {
    private KeysOfRom() {}

    /** The production public-key work. */
    public static PublicKeys of(Rom rom) {
        return new RomKeys(rom);
    }
}
