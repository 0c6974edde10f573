package dev.lockstep.api.words;

/** A number with what it counts: {@code 1 process}, {@code 2 processes}. */
public final class Counted {
    private Counted() {}

    /** The words for a number of things, each called {@code one}. */
    public static String of(long number, String one, String many) {
        return number + " " + (number == 1 ? one : many);
    }

    /** The same for a word whose plural is made with an s. */
    public static String of(long number, String one) {
        return of(number, one, one + "s");
    }
}
