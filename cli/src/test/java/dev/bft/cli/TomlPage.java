package dev.bft.cli;

import dev.bft.keystore.Setting;
import java.util.Locale;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The page of the cluster file: written by hand, but for the settings of each section, which are made from the table. */
final class TomlPage {

    private static final Pattern SETTINGS =
            Pattern.compile("(?m)^\\.\\\\\" settings of ([a-z]+)\n(?s:.*?)^\\.\\\\\" end of settings\n");

    private TomlPage() {}

    /** The page with its settings made anew. */
    static String renewed(String page) {
        return SETTINGS.matcher(page).replaceAll(found -> Matcher.quoteReplacement(settings(found)));
    }

    private static String settings(MatchResult found) {
        String section = found.group(1);
        StringBuilder out = new StringBuilder(".\\\" settings of " + section + "\n");
        for (Setting setting : Setting.all()) {
            if (setting.section().equals(section)) {
                out.append(item(setting));
            }
        }
        return out.append(".\\\" end of settings\n").toString();
    }

    /** The entry of a setting. */
    static String item(Setting setting) {
        return ".It Ic " + setting.key() + "\n" + Mdoc.paragraph(sentence(setting.comment()))
                + Mdoc.paragraph("Default " + setting.initial() + "; " + bounds(setting) + ".");
    }

    private static String sentence(String comment) {
        return comment.substring(0, 1).toUpperCase(Locale.ROOT) + comment.substring(1) + ".";
    }

    private static String bounds(Setting setting) {
        return switch (setting.kind()) {
            case FLAG -> "true or false";
            case WORD -> setting.words().size() == 1 ? "nothing else" : String.join(" or ", setting.words());
            case CLASS -> String.join(", ", setting.words()) + " or the name of a class";
            case COUNT, SIZE, DURATION -> setting.range().replace("..", " to ");
        };
    }
}
