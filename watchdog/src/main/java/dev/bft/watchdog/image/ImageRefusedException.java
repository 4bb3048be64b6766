package dev.bft.watchdog.image;

import java.util.List;

/** An image that is not what its manifest says, so that nothing is started from it. */
public final class ImageRefusedException extends Exception {

    private static final long serialVersionUID = 1;
    private static final int SHOWN_MAX = 5;

    private final transient List<Finding> findings;

    ImageRefusedException(Finding finding) {
        this(List.of(finding));
    }

    ImageRefusedException(List<Finding> findings) {
        super(message(findings));
        this.findings = List.copyOf(findings);
    }

    /** Returns each file that is wrong; never empty. */
    public List<Finding> findings() {
        return findings;
    }

    private static String message(List<Finding> findings) {
        StringBuilder text = new StringBuilder("image refused: ");
        for (int i = 0; i < Math.min(findings.size(), SHOWN_MAX); i++) {
            text.append(i == 0 ? "" : "; ").append(findings.get(i));
        }
        int more = findings.size() - SHOWN_MAX;
        return more > 0 ? text + "; and " + more + " more" : text.toString();
    }

    /**
     * One file that is not as it must be.
     *
     * @param file its path, relative to the image; what is not printable in it is replaced
     */
    public record Finding(String file, String fault) {

        private static final int FILE_LENGTH_MAX = 200;

        public Finding {
            file = file.replaceAll("[^\\x20-\\x7e]", "?");
            file = file.length() <= FILE_LENGTH_MAX ? file : file.substring(0, FILE_LENGTH_MAX) + "...";
        }

        @Override
        public String toString() {
            return file + " " + fault;
        }
    }
}
