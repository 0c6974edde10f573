package dev.lockstep.node;

import dev.lockstep.api.words.Trouble;
import java.util.List;

/**
 * An order that is not carried out, in the words the operator reads: what happened, why, and what to do next. Nothing was changed.
 */
public final class Refusal extends Exception {
    private static final long serialVersionUID = 1L;

    private final Kind kind;
    private final String reason;
    private final String correction;
    private final transient List<Fault> faults;

    /** What sort of refusal: decides the status of an HTTP answer and the exit code of the command. */
    public enum Kind {
        /** The order itself is wrong: an unknown word, a missing option, a configuration with faults. */
        INVALID(400),
        /** What it names does not exist: no such module, nothing configured. */
        UNKNOWN(404),
        /** Right in itself, but not in the present state. */
        STATE(409),
        /** It was tried and failed: a hook, a disk. */
        FAILED(500);

        private final int status;

        Kind(int status) {
            this.status = status;
        }

        /** The HTTP status that goes with it. */
        public int status() {
            return status;
        }
    }

    /**
     * A refusal.
     *
     * @param kind what sort
     * @param message what happened, one sentence
     * @param reason why, one or more sentences (one a line); may be empty
     * @param correction what to do next; may be empty
     */
    public Refusal(Kind kind, String message, String reason, String correction) {
        this(kind, message, reason, correction, List.of());
    }

    /** A refusal of files: its reason has the same faults as text. */
    public Refusal(Kind kind, String message, String reason, String correction, List<Fault> faults) {
        super(message);
        this.kind = kind;
        this.reason = reason;
        this.correction = correction;
        this.faults = List.copyOf(faults);
    }

    /** A refusal found out by {@code cause}, whose message is the reason. */
    public Refusal(Kind kind, String message, Throwable cause, String correction) {
        super(message, cause);
        this.kind = kind;
        this.reason = Trouble.of(cause);
        this.correction = correction;
        this.faults = List.of();
    }

    /** The faults of files, for programs. */
    public List<Fault> faults() {
        return faults;
    }

    /** What sort of refusal. */
    public Kind kind() {
        return kind;
    }

    /** Why; may be empty. */
    public String reason() {
        return reason;
    }

    /** What to do next; may be empty. */
    public String correction() {
        return correction;
    }

    /** All of it in one text, for a log. */
    public String text() {
        StringBuilder text = new StringBuilder(getMessage());
        for (String part : new String[] {reason, correction}) {
            if (!part.isEmpty()) {
                text.append(' ').append(part);
            }
        }
        return text.toString();
    }
}
