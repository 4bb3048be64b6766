package dev.bft.cli.bench;

import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How long an operation and its result are, as in the paper: "4/0" is an argument of 4 KiB and a result of next to
 * nothing, where nothing is 8 bytes.
 *
 * @param name as it was written
 * @param argBytes the argument's length
 * @param resultBytes the result's length
 */
public record Profile(String name, int argBytes, int resultBytes) {

    private static final int NOTHING = 8;
    private static final int KIBIBYTE = 1024;
    private static final Pattern TEXT = Pattern.compile("([0-9]{1,2})/([0-9]{1,2})");
    private static final int MAX = 64;

    /** The profile of this name; empty if there is none. */
    public static Optional<Profile> parse(String text) {
        Matcher matcher = TEXT.matcher(text);
        if (!matcher.matches()) {
            return Optional.empty();
        }
        int argument = Integer.parseInt(matcher.group(1));
        int result = Integer.parseInt(matcher.group(2));
        return argument > MAX || result > MAX
                ? Optional.empty()
                : Optional.of(new Profile(text, bytes(argument), bytes(result)));
    }

    private static int bytes(int kibibytes) {
        return kibibytes == 0 ? NOTHING : kibibytes * KIBIBYTE;
    }

    /** An operation of the null service that has this profile. */
    public byte[] operation() {
        return ByteBuffer.allocate(argBytes).putInt(resultBytes).array();
    }
}
