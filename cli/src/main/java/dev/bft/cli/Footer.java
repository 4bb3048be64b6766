package dev.bft.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;

/** The end of a command's help, made from its {@link Manual}: a section "Examples:" and a section "Exit codes:". */
final class Footer {

    private static final List<ExitCode> ALWAYS = List.of(ExitCode.OK, ExitCode.INTERNAL, ExitCode.USAGE);

    private Footer() {}

    /** Gives a command and all below it their footers. */
    static void addTo(CommandLine command) {
        Object user = command.getCommandSpec().userObject();
        Optional.ofNullable(user.getClass().getAnnotation(Manual.class))
                .ifPresent(manual -> command.getCommandSpec().usageMessage().footer(lines(manual)));
        command.getSubcommands().values().forEach(Footer::addTo);
    }

    private static String[] lines(Manual manual) {
        List<String> lines = new ArrayList<>();
        lines.add("");
        lines.add("Examples:");
        for (int i = 0; i < manual.examples().length; i += 2) {
            lines.add("  " + manual.examples()[i]);
            lines.add("      " + manual.examples()[i + 1]);
        }
        lines.add("");
        lines.add("Exit codes:");
        meanings(manual).forEach((code, meaning) -> lines.add("  " + code + "  " + meaning));
        return lines.toArray(String[]::new);
    }

    private static Map<Integer, String> meanings(Manual manual) {
        Map<Integer, String> meanings = new TreeMap<>();
        ALWAYS.forEach(exit -> meanings.put(exit.code(), exit.meaning()));
        for (ExitCode exit : manual.exits()) {
            meanings.put(exit.code(), exit.meaning());
        }
        for (String own : manual.meanings()) {
            int colon = own.indexOf(':');
            meanings.put(
                    Integer.valueOf(own.substring(0, colon)),
                    own.substring(colon + 1).strip());
        }
        return meanings;
    }
}
