package dev.lockstep.cli;

import java.io.InputStream;

/**
 * What the daemon answered.
 *
 * @param status HTTP status
 * @param exitCode what the command is to end with
 * @param body to be read to its end by the caller
 */
record Answer(int status, int exitCode, InputStream body) {
    boolean good() {
        return status < 300;
    }
}
