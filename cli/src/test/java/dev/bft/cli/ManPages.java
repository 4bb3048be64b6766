package dev.bft.cli;

import dev.bft.cli.Mdoc.Page;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Model.ArgSpec;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Model.OptionSpec;
import picocli.CommandLine.Model.PositionalParamSpec;

/**
 * The manual pages of the commands, made from the command model: a page for each command, also for one below another.
 * The convention for what a command's help ends with is in the package's documentation.
 */
final class ManPages {

    private static final int SECTION = 1;
    private static final String CLUSTER_OPTION = "--cluster";
    private static final String EXIT_WIDTH = "100 -compact";
    private static final Page CLUSTER_FILE = new Page("bft.toml", 5);

    private final List<Page> otherPages;
    private final Map<String, String> made = new TreeMap<>();

    private ManPages(List<Page> otherPages) {
        this.otherPages = otherPages;
    }

    /** The text of each page by its file name. The other pages are those that the first page names besides. */
    static Map<String, String> of(CommandLine root, List<Page> otherPages) {
        ManPages pages = new ManPages(otherPages);
        pages.add(root.getCommandSpec());
        return pages.made;
    }

    private void add(CommandSpec command) {
        made.put(page(command).file(), text(command));
        below(command).forEach(this::add);
    }

    private static List<CommandSpec> below(CommandSpec command) {
        return command.subcommands().values().stream()
                .map(CommandLine::getCommandSpec)
                .filter(spec -> !spec.usageMessage().hidden())
                .distinct()
                .toList();
    }

    private static Page page(CommandSpec command) {
        return new Page(command.qualifiedName("-"), SECTION);
    }

    private String text(CommandSpec command) {
        Mdoc out = new Mdoc(page(command).name(), SECTION);
        List<String> description = paragraphs(command.usageMessage().description());
        out.name(page(command).name(), clause(description.get(0)));
        synopsis(out, command);
        out.section("DESCRIPTION").text(description.get(0));
        description.stream().skip(1).forEach(paragraph -> out.macro(".Pp").text(paragraph));
        commands(out, command);
        parameters(out, command);
        options(out, command);
        places(out, command);
        Footing footing = Footing.of(paragraphs(command.usageMessage().footer()));
        if (command.parent() == null) {
            everyExit(out);
        } else {
            footing.write(out, "Exit codes", "EXIT STATUS", EXIT_WIDTH);
        }
        footing.write(out, "Examples", "EXAMPLES", "Ds");
        out.section("SEE ALSO").pages(related(command));
        return out.toString();
    }

    /** The codes of all commands, each of which lists its own on its page. */
    private static void everyExit(Mdoc out) {
        out.section("EXIT STATUS").list(EXIT_WIDTH);
        for (ExitCode exit : ExitCode.values()) {
            out.item("Ic " + Mdoc.quoted(String.valueOf(exit.code())), exit.meaning());
        }
        out.end();
    }

    /** What a sentence says, fit to stand behind a name. */
    private static String clause(String sentence) {
        String plain = sentence.replaceAll("\\.$", "");
        boolean acronym = plain.length() > 1 && Character.isUpperCase(plain.charAt(1));
        return acronym ? plain : plain.substring(0, 1).toLowerCase(Locale.ROOT) + plain.substring(1);
    }

    /** The lines of a part of the model, which picocli reads as formats with markup. */
    private static List<String> paragraphs(String... lines) {
        List<String> paragraphs = new ArrayList<>();
        for (String line : lines) {
            Ansi.OFF.string(String.format(line)).lines().forEach(paragraphs::add);
            if (line.isEmpty()) {
                paragraphs.add("");
            }
        }
        return paragraphs;
    }

    private static void synopsis(Mdoc out, CommandSpec command) {
        out.section("SYNOPSIS").macro(".Nm " + command.qualifiedName(" "));
        for (OptionSpec option : visibleOptions(command)) {
            if (!option.inherited()) {
                String usage = flag(option.shortestName()) + value(option);
                out.macro(option.required() ? "." + usage : ".Op " + usage);
            }
        }
        for (PositionalParamSpec parameter : visibleParameters(command)) {
            String usage = "Ar " + label(parameter);
            out.macro(parameter.required() ? "." + usage : ".Op " + usage);
        }
        if (!below(command).isEmpty()) {
            out.macro(".Ar COMMAND");
        }
    }

    private static void commands(Mdoc out, CommandSpec command) {
        if (below(command).isEmpty()) {
            return;
        }
        out.macro(".Pp").text("The commands are:").list("Ds");
        for (CommandSpec below : below(command)) {
            String what = paragraphs(below.usageMessage().description()).get(0);
            out.item("Xr " + page(below).name() + " " + SECTION, what);
        }
        out.end();
    }

    private static void parameters(Mdoc out, CommandSpec command) {
        List<PositionalParamSpec> parameters = visibleParameters(command);
        if (parameters.isEmpty()) {
            return;
        }
        out.macro(".Pp").text("The arguments are:").list("Ds");
        parameters.forEach(parameter -> out.item("Ar " + label(parameter), description(parameter)));
        out.end();
    }

    private static void options(Mdoc out, CommandSpec command) {
        List<OptionSpec> options = visibleOptions(command);
        if (options.isEmpty()) {
            return;
        }
        out.macro(".Pp").text("The options are:").list("Ds");
        for (OptionSpec option : options) {
            StringBuilder names = new StringBuilder();
            for (String name : option.names()) {
                names.append(names.isEmpty() ? "" : " , ").append(flag(name));
            }
            out.item(names + value(option), description(option));
        }
        out.end();
    }

    /** What a command that is about a cluster reads besides its arguments. */
    private static void places(Mdoc out, CommandSpec command) {
        if (!isAboutCluster(command)) {
            return;
        }
        out.section("ENVIRONMENT").list("Ds");
        out.item("Ev BFT_CLUSTER", "The cluster's folder, if no option names it.")
                .end();
        out.section("FILES").list("Ds");
        out.item("Pa ./bft\\-cluster", "The cluster's folder, if nothing names it; DIR below.");
        out.item("Pa DIR/bft.toml", "The cluster file.").end();
    }

    private static boolean isAboutCluster(CommandSpec command) {
        return command.findOption(CLUSTER_OPTION) != null;
    }

    private List<Page> related(CommandSpec command) {
        List<Page> related = new ArrayList<>();
        below(command).forEach(below -> related.add(page(below)));
        for (CommandSpec above = command.parent(); above != null; above = above.parent()) {
            related.add(page(above));
        }
        if (isAboutCluster(command)) {
            related.add(CLUSTER_FILE);
        }
        if (command.parent() == null) {
            related.addAll(otherPages);
        }
        return related;
    }

    private static List<OptionSpec> visibleOptions(CommandSpec command) {
        return command.options().stream()
                .filter(option -> !option.hidden())
                .sorted(Comparator.comparing(option -> option.shortestName().replaceAll("^-+", "")))
                .toList();
    }

    private static List<PositionalParamSpec> visibleParameters(CommandSpec command) {
        return command.positionalParameters().stream()
                .filter(parameter -> !parameter.hidden())
                .toList();
    }

    private static String flag(String name) {
        return "Fl " + Mdoc.escaped(name.substring(1));
    }

    private static String value(OptionSpec option) {
        return option.arity().max() == 0 ? "" : " Ar " + label(option);
    }

    private static String label(ArgSpec argument) {
        Optional<String> separator = Optional.ofNullable(argument.splitRegex()).filter(regex -> !regex.isEmpty());
        String label = argument.paramLabel().replaceAll("[<>]", "");
        if (separator.isPresent()) {
            return label + separator.get() + "\\&...";
        }
        return argument.isMultiValue() ? label + " \\&..." : label;
    }

    private static String description(ArgSpec argument) {
        return String.join(" ", paragraphs(argument.description()));
    }
}
