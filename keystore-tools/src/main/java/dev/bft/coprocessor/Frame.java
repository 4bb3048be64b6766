package dev.bft.coprocessor;

import java.util.Arrays;

/**
 * One frame of a local channel.
 *
 * @param type what the body is
 * @param body at most {@link LocalChannel#BODY_BYTES_MAX} bytes
 */
public record Frame(byte type, byte[] body) {

    @Override
    public boolean equals(Object other) {
        return other instanceof Frame frame && type == frame.type && Arrays.equals(body, frame.body);
    }

    @Override
    public int hashCode() {
        return 31 * type + Arrays.hashCode(body);
    }

    @Override
    public String toString() {
        return "frame of type " + type + ", " + body.length + " bytes";
    }
}
