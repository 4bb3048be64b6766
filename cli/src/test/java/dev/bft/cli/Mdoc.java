package dev.bft.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** A man page under construction, in the mdoc language: text goes in as it is, and comes out escaped. */
final class Mdoc {

    /** mandoc complains beyond 80. */
    private static final int LINE_LENGTH_MAX = 78;

    private final StringBuilder out = new StringBuilder();

    /** Begins a page. The date is that of the release, so that a page changes only if what it says does. */
    Mdoc(String name, int section) {
        macro(".\\\" Made from the command model; ManPagesTest says how to make it again.");
        macro(".Dd November 24, 2026");
        macro(".Dt " + name.toUpperCase(Locale.ROOT) + " " + section);
        macro(".Os");
    }

    Mdoc name(String name, String what) {
        return section("NAME").macro(".Nm " + name).macro(".Nd " + escaped(what));
    }

    Mdoc section(String title) {
        return macro(".Sh " + title.toUpperCase(Locale.ROOT));
    }

    Mdoc subsection(String title) {
        return macro(".Ss " + title);
    }

    /** Begins a list of tags and texts; the width is that of the longest tag, or a little if the tags are long. */
    Mdoc list(String width) {
        return macro(".Bl -tag -width " + width);
    }

    Mdoc item(String tag, String text) {
        return macro(".It " + tag).text(text);
    }

    Mdoc end() {
        return macro(".El");
    }

    /** Pages to see, in their order. */
    Mdoc pages(List<Page> pages) {
        List<Page> sorted = pages.stream().distinct().sorted().toList();
        for (int i = 0; i < sorted.size(); i++) {
            macro(".Xr " + sorted.get(i).name() + " " + sorted.get(i).section() + (i + 1 < sorted.size() ? " ," : ""));
        }
        return this;
    }

    /** The name and section of a page. */
    record Page(String name, int section) implements Comparable<Page> {

        String file() {
            return name + "." + section;
        }

        @Override
        public int compareTo(Page other) {
            return section != other.section ? Integer.compare(section, other.section) : name.compareTo(other.name);
        }
    }

    /** A line as it is. */
    Mdoc macro(String line) {
        out.append(line).append('\n');
        return this;
    }

    Mdoc text(String paragraph) {
        out.append(paragraph(paragraph));
        return this;
    }

    /** The lines of a paragraph, each sentence on lines of its own, as mdoc wants it. */
    static String paragraph(String text) {
        StringBuilder lines = new StringBuilder();
        for (String sentence : text.strip().split("(?<=[.!?]) +", -1)) {
            wrapped(sentence).forEach(line -> lines.append(line).append('\n'));
        }
        return lines.toString();
    }

    private static List<String> wrapped(String sentence) {
        List<String> lines = new ArrayList<>();
        String line = "";
        for (String word : sentence.split(" +", -1)) {
            String longer = line.isEmpty() ? escaped(word) : line + " " + escaped(word);
            if (longer.length() > LINE_LENGTH_MAX && !line.isEmpty()) {
                lines.add(line);
                longer = escaped(word);
            }
            line = longer;
        }
        lines.add(line);
        return lines.stream().map(Mdoc::begun).toList();
    }

    /** A line that begins like a macro is text all the same. */
    private static String begun(String line) {
        return line.startsWith(".") || line.startsWith("'") ? "\\&" + line : line;
    }

    /** Text whose characters mean themselves, also when they are copied from the page. */
    static String escaped(String text) {
        return text.replace("\\", "\\e")
                .replace("-", "\\-")
                .replace("'", "\\(aq")
                .replace("`", "\\(ga")
                .replace("^", "\\(ha")
                .replace("~", "\\(ti");
    }

    /** Words of a macro's line that are one, and no macro. */
    static String quoted(String words) {
        return '"' + escaped(words).replace("\"", "\"\"") + '"';
    }

    @Override
    public String toString() {
        return out.toString();
    }
}
