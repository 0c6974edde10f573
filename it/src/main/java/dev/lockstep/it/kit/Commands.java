package dev.lockstep.it.kit;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Runs external programs to their end. */
public final class Commands {
    /** Enough for any single command of the kit on a busy machine. */
    public static final Duration PATIENCE = Duration.ofSeconds(60);

    private static final Duration OUTPUT_AFTER_END = Duration.ofSeconds(20);

    private Commands() {}

    /** Runs a program and waits for it; its status is in the outcome. */
    public static Outcome run(String... command) {
        return run(PATIENCE, Map.of(), List.of(command));
    }

    /**
     * Runs a program for at most {@code patience}; then it is killed and the status is {@link Outcome#TIMED_OUT}. Output held
     * open by a background child is not waited for.
     */
    public static Outcome run(Duration patience, Map<String, String> environment, List<String> command) {
        try {
            ProcessBuilder builder = new ProcessBuilder(command);
            builder.environment().putAll(environment);
            builder.redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")));
            Process process = builder.start();
            CompletableFuture<String> out = drain(process.getInputStream());
            CompletableFuture<String> err = drain(process.getErrorStream());
            int status;
            if (process.waitFor(patience.toMillis(), TimeUnit.MILLISECONDS)) {
                status = process.exitValue();
            } else {
                process.descendants().forEach(ProcessHandle::destroyForcibly);
                process.destroyForcibly();
                status = Outcome.TIMED_OUT;
            }
            return new Outcome(command, status, text(out), text(err));
        } catch (IOException failure) {
            throw new KitFailure("cannot run " + command, failure);
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new KitFailure("interrupted while running " + command, interrupted);
        }
    }

    private static CompletableFuture<String> drain(InputStream stream) {
        CompletableFuture<String> text = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                text.complete(new String(stream.readAllBytes(), StandardCharsets.UTF_8));
            } catch (IOException failure) {
                text.complete("(output lost: " + failure.getMessage() + ")");
            }
        });
        return text;
    }

    private static String text(CompletableFuture<String> text) throws InterruptedException {
        try {
            return text.get(OUTPUT_AFTER_END.toMillis(), TimeUnit.MILLISECONDS);
        } catch (TimeoutException stillOpen) {
            return "(output still held open by a background process)";
        } catch (ExecutionException impossible) {
            throw new KitFailure("reading output", impossible);
        }
    }
}
