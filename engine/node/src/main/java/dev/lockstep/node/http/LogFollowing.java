package dev.lockstep.node.http;

import dev.lockstep.node.log.LogLine;
import dev.lockstep.node.log.ModuleLog;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;

/**
 * Passes a log on to a client, line by line, until the client is gone or the log ends. An empty line now and then finds out whether the
 * client is still there.
 */
final class LogFollowing implements Reply.Writer {
    /** How often an empty line is sent. */
    private static final long LOOK_SECONDS = 10;

    private final ModuleLog log;
    private final int back;
    private final boolean verbose;
    private final Function<LogLine, String> form;

    LogFollowing(ModuleLog log, int back, boolean verbose, Function<LogLine, String> form) {
        this.log = log;
        this.back = back;
        this.verbose = verbose;
        this.form = form;
    }

    @Override
    public void write(OutputStream target) throws IOException, InterruptedException {
        CountDownLatch gone = new CountDownLatch(1);
        try (ModuleLog.Following following = log.follow(back, verbose, line -> pass(line, target, gone))) {
            while (following.active() && !gone.await(LOOK_SECONDS, TimeUnit.SECONDS)) {
                send("\n", target);
            }
        }
    }

    private void pass(LogLine line, OutputStream target, CountDownLatch gone) {
        try {
            send(form.apply(line), target);
        } catch (IOException closed) {
            gone.countDown();
            throw new UncheckedIOException(closed);
        }
    }

    private synchronized void send(String text, OutputStream target) throws IOException {
        target.write(text.getBytes(StandardCharsets.UTF_8));
        target.flush();
    }
}
