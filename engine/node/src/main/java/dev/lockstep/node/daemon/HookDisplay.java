package dev.lockstep.node.daemon;

import dev.lockstep.node.Refusal;
import dev.lockstep.node.hooks.BoundedOutput;
import dev.lockstep.node.hooks.HookCall;
import dev.lockstep.node.hooks.HookOutcome;
import dev.lockstep.node.hooks.HookRunner;
import java.io.ByteArrayOutputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/** Hooks that display something. */
final class HookDisplay {
    private static final long SECONDS = 60;

    /** Bound of what such a hook says. */
    private static final long BYTES = 64 << 10;

    private HookDisplay() {}

    /** What a hook prints; nothing when the module has none of that name. Waits at most a minute. */
    static String of(HookRunner hooks, String hook) throws Refusal {
        if (!hooks.hooks().contains(hook)) {
            return "";
        }
        CompletableFuture<HookOutcome> outcome = new CompletableFuture<>();
        ByteArrayOutputStream kept = new ByteArrayOutputStream();
        OutputStream printed = new BoundedOutput(kept, BYTES);
        var run = hooks.start(new HookCall(hook, List.of()), printed, outcome::complete);
        try {
            HookOutcome ended = outcome.get(SECONDS, TimeUnit.SECONDS);
            String problem = ended instanceof HookOutcome.Ok ? "" : "The hook " + hook + ": " + ended.detail() + "\n";
            return kept.toString(StandardCharsets.UTF_8) + problem;
        } catch (TimeoutException | ExecutionException late) {
            run.abandon();
            throw new Refusal(Refusal.Kind.FAILED, "The hook " + hook + " does not end.", late, "Look at its log.");
        } catch (InterruptedException interrupted) {
            Thread.currentThread().interrupt();
            throw new Refusal(Refusal.Kind.FAILED, "The daemon is ending.", interrupted, "");
        }
    }
}
