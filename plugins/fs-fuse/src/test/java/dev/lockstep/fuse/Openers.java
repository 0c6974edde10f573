package dev.lockstep.fuse;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Processes of an unprivileged user that open as much as they can and keep it open. */
final class Openers implements AutoCloseable {
    private static final String AROUND = """
            import os, resource, sys
            hard = resource.getrlimit(resource.RLIMIT_NOFILE)[1]
            resource.setrlimit(resource.RLIMIT_NOFILE, (hard, hard))
            os.setgroups([])
            os.setresgid(65534, 65534, 65534)
            os.setresuid(65534, 65534, 65534)
            try:
            PROGRAM
                print('ok', flush=True)
            except OSError as e:
                print(e.errno, flush=True)
            sys.stdin.read()
            """;

    private final List<Process> processes = new ArrayList<>();

    /** Starts some, each running a program in Python. */
    Openers(Path directory, String program, int count) throws IOException {
        String whole = AROUND.replace("PROGRAM", program.indent(4));
        for (int i = 0; i < count; i++) {
            processes.add(new ProcessBuilder("python3", "-c", whole)
                    .directory(directory.toFile())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start());
        }
    }

    /** Waits for all of them: {@code ok}, or the number of the error each met. They keep what they got. */
    List<String> outcomes() throws IOException {
        List<String> outcomes = new ArrayList<>();
        for (Process process : processes) {
            outcomes.add(new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8))
                    .readLine());
        }
        return outcomes;
    }

    @Override
    public void close() {
        for (Process process : processes) {
            process.destroyForcibly().onExit().join();
        }
    }
}
