package dev.bft.cli;

import picocli.CommandLine.Option;

/** How a command prints its result. */
final class OutputOption {

    /** For a person, or for a program. */
    private enum Format {
        text,
        json
    }

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FORMAT",
            description = "text or json; text if not given.")
    private Format format = Format.text;

    boolean json() {
        return format == Format.json;
    }
}
