package dev.bft.sim;

import dev.bft.service.State;
import dev.bft.state.PagedState;
import java.util.zip.CRC32C;

/** All pages of a state as one number, computed from their bytes alone: nothing that the state keeps of them is used. */
final class Fingerprint {
    private Fingerprint() {}

    static long of(PagedState state) {
        CRC32C crc = new CRC32C();
        add(state.protocol(), crc);
        add(state.service(), crc);
        return crc.getValue();
    }

    private static void add(State pages, CRC32C crc) {
        byte[] page = new byte[State.PAGE_SIZE];
        for (long at = 0; at < pages.size(); at += page.length) {
            pages.read(at, page, 0, page.length);
            crc.update(page, 0, page.length);
        }
    }
}
