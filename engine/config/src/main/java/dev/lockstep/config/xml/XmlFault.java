package dev.lockstep.config.xml;

/**
 * Why a text is no usable XML document. Thrown inside this package's reader only, and turned into a diagnostic.
 */
public final class XmlFault extends Exception {
    private static final long serialVersionUID = 1L;

    private final transient Place place;
    private final String remedy;

    /**
     * A fault.
     *
     * @param place where
     * @param problem what is wrong
     * @param remedy what would be right
     */
    public XmlFault(Place place, String problem, String remedy) {
        super(problem);
        this.place = place;
        this.remedy = remedy;
    }

    /** Where. */
    public Place place() {
        return place;
    }

    /** What is wrong. */
    public String problem() {
        return getMessage();
    }

    /** What would be right. */
    public String remedy() {
        return remedy;
    }
}
