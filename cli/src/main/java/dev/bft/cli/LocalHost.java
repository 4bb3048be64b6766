package dev.bft.cli;

import java.io.IOException;
import java.net.InetAddress;
import java.net.NetworkInterface;

/** This host, by its addresses. */
final class LocalHost {

    private LocalHost() {}

    /** Whether a name or address means this host; a name that nobody knows does not. */
    static boolean is(String host) {
        try {
            InetAddress address = InetAddress.getByName(host);
            return address.isLoopbackAddress()
                    || address.isAnyLocalAddress()
                    || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException e) {
            return false;
        }
    }
}
