package dev.lockstep.it.kit;

import java.util.List;

/** What a finished process left behind. */
public record Outcome(List<String> command, int status, String out, String err) {
    /** Status 137 and the like mean a signal; this one means that the kit ended it because its time was over. */
    public static final int TIMED_OUT = -1;

    public boolean ok() {
        return status == 0;
    }

    /**
     * The same outcome, if it is a success.
     *
     * @throws KitFailure with the whole output, if the status is not 0
     */
    public Outcome expectOk() {
        if (!ok()) {
            throw new KitFailure("`" + String.join(" ", command) + "` ended with status " + status + ":\n" + out + err);
        }
        return this;
    }

    @Override
    public String toString() {
        return String.join(" ", command) + " -> " + status + "\n" + out + err;
    }
}
