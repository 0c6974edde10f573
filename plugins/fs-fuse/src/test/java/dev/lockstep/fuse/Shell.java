package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;

/** Runs commands as an application would. */
final class Shell {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private Shell() {}

    /** Runs a script in a directory; its output, trimmed. Fails the test if the script does. */
    static String run(Path directory, String script) throws IOException, InterruptedException {
        Process process = new ProcessBuilder("bash", "-ec", script)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .start();
        process.getOutputStream().close();
        String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertTrue(process.waitFor(LIMIT), script);
        assertEquals(0, process.exitValue(), script + "\n" + output);
        return output.trim();
    }

    /** Runs a script as an unprivileged user. */
    static String runAsNobody(Path directory, String script) throws IOException, InterruptedException {
        String quoted = script.replace("'", "'\\''");
        return run(directory, "setpriv --reuid=65534 --regid=65534 --clear-groups bash -ec '" + quoted + "'");
    }
}
