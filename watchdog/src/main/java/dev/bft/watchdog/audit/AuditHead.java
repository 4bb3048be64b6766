package dev.bft.watchdog.audit;

import dev.bft.keystore.BadBytesException;
import java.nio.charset.StandardCharsets;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The end of a log, kept apart from the log, so that a log that was cut is too short for it.
 *
 * @param index of the last record; 0 before the first
 * @param hash of the last record
 */
record AuditHead(long index, AuditHash hash) {

    static final AuditHead START = new AuditHead(0, AuditHash.NONE);

    /** Beyond the longest text of a head. */
    static final int TEXT_BYTES_MAX = 256;

    private static final Pattern TEXT = Pattern.compile(
            "bft audit head 1\nreplica (0|[1-9][0-9]{0,8})\nindex (0|[1-9][0-9]{0,17})\nsha256 ([0-9a-f]{64})\n");

    byte[] encode(int replica) {
        String text = "bft audit head 1\nreplica " + replica + "\nindex " + index + "\nsha256 " + hash.hex() + "\n";
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    static AuditHead decode(byte[] bytes, int replica) throws BadBytesException {
        Matcher text = TEXT.matcher(new String(bytes, StandardCharsets.ISO_8859_1));
        if (!text.matches()) {
            throw new BadBytesException("it is damaged");
        }
        if (Integer.parseInt(text.group(1)) != replica) {
            throw new BadBytesException("it is of replica " + text.group(1));
        }
        return new AuditHead(Long.parseLong(text.group(2)), new AuditHash(text.group(3)));
    }
}
