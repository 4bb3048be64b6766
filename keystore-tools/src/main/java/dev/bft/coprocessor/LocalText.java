package dev.bft.coprocessor;

/** Texts that go over a local channel and are cut rather than refused. */
public final class LocalText {

    private LocalText() {}

    /** The longest beginning of at most so many chars; never half a pair of surrogates, which is no text. */
    public static String cut(String text, int lengthMax) {
        if (text.length() <= lengthMax) {
            return text;
        }
        boolean splits = Character.isHighSurrogate(text.charAt(lengthMax - 1));
        return text.substring(0, splits ? lengthMax - 1 : lengthMax);
    }
}
