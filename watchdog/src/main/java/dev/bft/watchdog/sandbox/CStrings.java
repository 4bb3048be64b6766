package dev.bft.watchdog.sandbox;

import com.sun.jna.Memory;
import com.sun.jna.Native;
import com.sun.jna.Pointer;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** A list of strings as C passes it to a program: an array of pointers that ends with a null one. */
final class CStrings implements AutoCloseable {

    /** The whole environment of a launched process; nothing of this process's own reaches it. */
    static final List<String> ENVIRONMENT = List.of("LC_ALL=C.UTF-8");

    private final Memory array;
    private final Memory bytes;

    CStrings(List<String> strings) {
        List<byte[]> encoded = strings.stream().map(CStrings::bytesOf).toList();
        bytes = new Memory(Math.max(1, encoded.stream().mapToLong(s -> s.length).sum()));
        array = new Memory((long) Native.POINTER_SIZE * (strings.size() + 1));
        long at = 0;
        for (int i = 0; i < encoded.size(); i++) {
            bytes.write(at, encoded.get(i), 0, encoded.get(i).length);
            array.setPointer((long) Native.POINTER_SIZE * i, bytes.share(at));
            at += encoded.get(i).length;
        }
        array.setPointer((long) Native.POINTER_SIZE * strings.size(), Pointer.NULL);
    }

    /** Valid until this is closed. */
    Pointer pointer() {
        return array;
    }

    @Override
    public void close() {
        array.close();
        bytes.close();
    }

    private static byte[] bytesOf(String string) {
        if (string.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("a zero byte in an argument");
        }
        return (string + '\0').getBytes(StandardCharsets.UTF_8);
    }
}
