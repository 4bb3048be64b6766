package dev.bft.watchdog.image;

import java.io.ByteArrayInputStream;
import java.io.DataInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The classes that a class file names, read off its constant pool: those it uses and those in its signatures, which the
 * verifier may load too.
 */
final class ClassReferences {

    private static final int MAGIC = 0xcafebabe;
    private static final Pattern IN_DESCRIPTOR = Pattern.compile("L([A-Za-z0-9_$/-]+)[;<]");

    private final Set<String> names = new TreeSet<>();

    private ClassReferences() {}

    /** Returns internal names ({@code java/lang/Object}), in order; a name that is in the set need not be loaded. */
    static Set<String> of(byte[] classFile) throws IOException {
        ClassReferences references = new ClassReferences();
        try (DataInputStream in = new DataInputStream(new ByteArrayInputStream(classFile))) {
            if (in.readInt() != MAGIC) {
                throw new IOException("no class file");
            }
            in.readInt();
            references.readPool(in);
        }
        return references.names;
    }

    private void readPool(DataInputStream in) throws IOException {
        int count = in.readUnsignedShort();
        String[] texts = new String[count];
        List<Integer> classes = new ArrayList<>();
        for (int i = 1; i < count; i++) {
            int tag = in.readUnsignedByte();
            switch (tag) {
                case 1 -> texts[i] = in.readUTF();
                case 7 -> classes.add(in.readUnsignedShort());
                case 8, 16, 19, 20 -> in.skipBytes(2);
                case 15 -> in.skipBytes(3);
                case 3, 4, 9, 10, 11, 12, 17, 18 -> in.skipBytes(4);
                case 5, 6 -> {
                    in.skipBytes(8);
                    i++;
                }
                default -> throw new IOException("a constant with the unknown tag " + tag);
            }
        }
        for (int index : classes) {
            if (texts[index] != null && !texts[index].startsWith("[")) {
                names.add(texts[index]);
            }
        }
        for (String text : texts) {
            if (text != null) {
                addDescriptor(text);
            }
        }
    }

    private void addDescriptor(String text) {
        Matcher matcher = IN_DESCRIPTOR.matcher(text);
        while (matcher.find()) {
            names.add(matcher.group(1));
        }
    }
}
