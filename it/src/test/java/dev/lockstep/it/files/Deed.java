package dev.lockstep.it.files;

/**
 * One thing an application does, decided before it is done, so that it can be done in several places and compared.
 *
 * @param kind what it is, for counting
 * @param words all of it, for a person
 * @param act does it in one place and tells how it went
 */
record Deed(String kind, String words, Act act) {
    /** Does something at one place. */
    @FunctionalInterface
    interface Act {
        /** The result as text: equal text means that an application could not tell the places apart. */
        String at(Place place);
    }

    static Deed of(String kind, String words, Act act) {
        return new Deed(kind, kind + " " + words, act);
    }
}
