package dev.lockstep.config.xml;

/**
 * A run of text in an element.
 *
 * @param text the text
 * @param cdata whether it was a CDATA section
 * @param place of its first character; for plain text, of the element
 */
public record XmlText(String text, boolean cdata, Place place) {

    /** The place of one of its characters. */
    public Place placeAt(int index) {
        return cdata ? place.after(text.substring(0, Math.min(index, text.length()))) : place;
    }

    /** Whether there is nothing but blanks. */
    public boolean isBlank() {
        return text.isBlank();
    }
}
