package dev.lockstep.core.mirror;

/** How the disk below the replicated directories of a node does, as its node finds out by trying it. */
public enum DiskHealth {
    /** It works, as far as is known. */
    GOOD("works"),
    /** It works, but it has refused data: memory may show what it does not have. Until this copy was compared with the peer's. */
    REFUSED("has refused data"),
    /** What is tried on it fails. */
    ERRORS("answers with errors"),
    /** What is tried on it does not end. */
    HANGS("does not answer");

    private final String phrase;

    DiskHealth(String phrase) {
        this.phrase = phrase;
    }

    /** What to say of the disk. */
    public String phrase() {
        return phrase;
    }

    /** Whether nothing can be expected of it, not even a copy of what it holds. */
    public boolean dead() {
        return this == ERRORS || this == HANGS;
    }
}
