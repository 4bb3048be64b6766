package dev.bft.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/** What a command's help ends with, read back: sections of entries. The convention is in the package's documentation. */
final class Footing {

    private final Map<String, List<Entry>> sections = new TreeMap<>();

    /** A tag, or a command line, and what is said about it. */
    record Entry(String tag, String text) {}

    private Footing() {}

    static Footing of(List<String> lines) {
        Footing footing = new Footing();
        List<Entry> entries = new ArrayList<>();
        for (String line : lines) {
            if (line.matches("\\S.*:")) {
                entries = new ArrayList<>();
                footing.sections.put(line.substring(0, line.length() - 1), entries);
            } else if (line.matches(" {2}\\S.*")) {
                entries.add(entry(line.strip()));
            } else if (line.matches(" {6}\\S.*") && !entries.isEmpty()) {
                Entry last = entries.remove(entries.size() - 1);
                entries.add(new Entry(last.tag, (last.text + " " + line.strip()).strip()));
            } else if (!line.isEmpty()) {
                throw new IllegalStateException("not by the convention for footers: \"" + line + '"');
            }
        }
        return footing;
    }

    private static Entry entry(String line) {
        int gap = line.indexOf("  ");
        return gap < 0
                ? new Entry(line, "")
                : new Entry(line.substring(0, gap), line.substring(gap).strip());
    }

    List<Entry> entries(String heading) {
        return Optional.ofNullable(sections.get(heading)).orElse(List.of());
    }

    void write(Mdoc out, String heading, String title, String width) {
        if (entries(heading).isEmpty()) {
            return;
        }
        out.section(title).list(width);
        entries(heading).forEach(entry -> out.item("Ic " + Mdoc.quoted(entry.tag()), entry.text()));
        out.end();
    }
}
