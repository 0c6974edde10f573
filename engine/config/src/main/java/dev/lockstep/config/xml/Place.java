package dev.lockstep.config.xml;

/**
 * A position in a file.
 *
 * @param line from 1
 * @param column from 1, in characters
 */
public record Place(int line, int column) {

    /** The first character. */
    public static final Place START = new Place(1, 1);

    /** The place reached after this text, when it starts here. */
    public Place after(CharSequence text) {
        int newLine = line;
        int newColumn = column;
        for (int i = 0; i < text.length(); i++) {
            if (text.charAt(i) == '\n') {
                newLine++;
                newColumn = 1;
            } else {
                newColumn++;
            }
        }
        return new Place(newLine, newColumn);
    }
}
