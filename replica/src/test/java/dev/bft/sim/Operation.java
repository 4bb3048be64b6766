package dev.bft.sim;

import java.nio.ByteBuffer;

/**
 * One operation of the test service. Its number is unique in the run, so that what was executed, and how often,
 * can be told from the operation alone.
 *
 * @param kind what to do
 * @param number unique in the run
 * @param cell where
 * @param value what to write
 */
record Operation(Kind kind, long number, int cell, byte[] value) {
    private static final int HEAD = 1 + Long.BYTES + Integer.BYTES;

    /** What an operation does. */
    enum Kind {
        /** Writes a cell; answers its old version and value. */
        PUT(0),
        /** Adds to a counter; answers the sum. */
        ADD(1),
        /** Reads a cell; answers version and value. */
        GET(2),
        /** Writes a cell, then refuses: nothing may stay. */
        REFUSE(3),
        /** Writes one word on every page from a cell's on; answers how many. */
        SPREAD(4),
        /** Answers more bytes than a reply cache keeps. */
        LONG(5);

        private final int code;

        Kind(int code) {
            this.code = code;
        }
    }

    private static final Kind[] KINDS = Kind.values();

    byte[] toBytes() {
        return ByteBuffer.allocate(HEAD + value.length)
                .put((byte) kind.code)
                .putLong(number)
                .putInt(cell)
                .put(value)
                .array();
    }

    /** Reads an operation; these are bytes of the simulator's own clients. */
    static Operation read(byte[] bytes) {
        Violation.unless(bytes.length >= HEAD, "authenticity", () -> "an operation that no client made was executed");
        ByteBuffer in = ByteBuffer.wrap(bytes);
        int kind = in.get();
        Violation.unless(kind >= 0 && kind < KINDS.length, "authenticity", () -> "unknown operation executed");
        long number = in.getLong();
        int cell = in.getInt();
        byte[] value = new byte[in.remaining()];
        in.get(value);
        return new Operation(KINDS[kind], number, cell, value);
    }
}
