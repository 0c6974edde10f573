package dev.lockstep.cli;

/** The command ends here: with a message for the operator and an exit code. */
final class CommandFailure extends Exception {
    private static final long serialVersionUID = 1L;

    private final int exitCode;
    private final String correction;

    /**
     * A failure.
     *
     * @param message what happened, one sentence
     * @param correction what to do; may be empty
     */
    CommandFailure(int exitCode, String message, String correction) {
        super(message);
        this.exitCode = exitCode;
        this.correction = correction;
    }

    int exitCode() {
        return exitCode;
    }

    /** In the form of the daemon's own refusals to programs. */
    String json() {
        return "{\"error\":\"" + escaped(getMessage()) + "\",\"cause\":\"\",\"correction\":\"" + escaped(correction)
                + "\"}\n";
    }

    private static String escaped(String text) {
        StringBuilder escaped = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '"' || c == '\\') {
                escaped.append('\\').append(c);
            } else {
                escaped.append(c < ' ' ? ' ' : c);
            }
        }
        return escaped.toString();
    }

    /** In the form of the daemon's own refusals. */
    String text() {
        return "error: " + getMessage() + "\n" + (correction.isEmpty() ? "" : "  -> " + correction + "\n");
    }
}
