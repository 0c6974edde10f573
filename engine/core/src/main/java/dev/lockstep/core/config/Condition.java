package dev.lockstep.core.config;

/** The condition of a failover rule, as a tree. */
public sealed interface Condition {

    /** Both hold. */
    record And(Condition left, Condition right) implements Condition {}

    /** At least one holds. */
    record Or(Condition left, Condition right) implements Condition {}

    /** The other does not hold. */
    record Not(Condition condition) implements Condition {}

    /**
     * A comparison. With wildcards on the left it is quantified: {@code ?} for at least one, {@code *} for all.
     *
     * @param resource what is compared
     * @param equal whether equality is asked, else difference
     * @param with what it is compared with
     */
    record Comparison(Resource resource, boolean equal, Operand with) implements Condition {}

    /** The right side of a comparison. */
    sealed interface Operand {}

    /** The four states a resource can be compared with. */
    enum State implements Operand {
        /** Not assigned yet. */
        INIT,
        /** Good. */
        UP,
        /** Bad. */
        DOWN,
        /** A value of the peer that cannot be known. */
        UNKNOWN
    }

    /**
     * A reference to one or more resources.
     *
     * @param remote whether it is the peer's; local otherwise
     * @param resourceClass the part before the first dot
     * @param id the part after it; {@code ?} for any, {@code *} for all of the class
     */
    record Resource(boolean remote, String resourceClass, String id) implements Operand {

        /** Whether the condition must hold for at least one resource of the class. */
        public boolean any() {
            return id.equals("?");
        }

        /** Whether the condition must hold for all resources of the class. */
        public boolean all() {
            return id.equals("*");
        }

        /** Its name as written in a rule, {@code remote.} included. */
        public String text() {
            return (remote ? "remote." : "") + resourceClass + "." + id;
        }
    }
}
