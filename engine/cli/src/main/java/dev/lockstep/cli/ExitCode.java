package dev.lockstep.cli;

/** The exit codes of the command, documented in docs/command.md. The daemon sends most of them along with its answers. */
final class ExitCode {
    /** Done. */
    static final int DONE = 0;

    /** The answer is no: a limit is reached, a state was not reached in time. */
    static final int NO = 1;

    /** The command line, or a configuration, is wrong. */
    static final int INVALID = 2;

    /** What is named does not exist. */
    static final int UNKNOWN = 3;

    /** It was tried and failed. */
    static final int FAILED = 5;

    /** The daemon is not running. */
    static final int NO_DAEMON = 6;

    /** The daemon may not be asked by this user. */
    static final int NOT_ALLOWED = 7;

    /** The daemon runs, and does not answer: it is starting, ending, or hangs. */
    static final int BUSY = 8;

    /** Added to the codes above by {@code state -lq}, whose codes up to 4 are states. */
    static final int BESIDE_STATES = 10;

    private ExitCode() {}
}
