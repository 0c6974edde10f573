package dev.lockstep.config;

/** How much a diagnostic matters. */
public enum Severity {
    /** The file is wrong: it cannot be applied. */
    ERROR,
    /** The file is right, but this version cannot do what it asks: it cannot be applied yet. */
    NOT_YET,
    /** The file can be applied; what it says is probably not what was meant. */
    WARNING,
    /** Something to know, such as an attribute that has no effect. */
    INFO;

    /** Whether it keeps a configuration from being applied. */
    public boolean refuses() {
        return this == ERROR || this == NOT_YET;
    }

    /** The word shown to operators. */
    public String word() {
        return switch (this) {
            case ERROR -> "error";
            case NOT_YET -> "not yet";
            case WARNING -> "warning";
            case INFO -> "info";
        };
    }
}
