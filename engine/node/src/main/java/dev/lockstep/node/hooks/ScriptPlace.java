package dev.lockstep.node.hooks;

import java.util.Optional;

/** Finds the line of a script in what it threw. */
final class ScriptPlace {
    private static final int CAUSES = 16;

    private ScriptPlace() {}

    /** {@code start_prim.groovy:12: message}; only the message when no line of a script is known. */
    static String describe(Throwable thrown, ClassLoader scripts) {
        Throwable told = innermost(thrown);
        String message = told.getMessage() == null || told.getMessage().isBlank()
                ? told.getClass().getName()
                : told.getMessage().lines().findFirst().orElse("");
        if (!(told instanceof Exception) || told instanceof RuntimeException) {
            message = told.getClass().getSimpleName() + ": " + message;
        }
        String sentence = message;
        return line(told, scripts)
                .or(() -> line(thrown, scripts))
                .map(place -> place + ": " + sentence)
                .orElse(sentence);
    }

    /** What was thrown, its causes, and the lines of scripts on the way, for the script log. */
    static String trace(Throwable thrown, ClassLoader scripts) {
        StringBuilder text = new StringBuilder();
        Throwable told = thrown;
        for (int i = 0; i < CAUSES && told != null; i++) {
            text.append(i == 0 ? "" : "caused by ").append(told).append('\n');
            for (StackTraceElement frame : told.getStackTrace()) {
                if (ofScript(frame, scripts)) {
                    text.append("    at ")
                            .append(HookCompiler.fileName(frame.getFileName()))
                            .append(':')
                            .append(frame.getLineNumber())
                            .append('\n');
                }
            }
            told = told.getCause();
        }
        return text.toString();
    }

    private static Throwable innermost(Throwable thrown) {
        Throwable told = thrown;
        for (int i = 0; i < CAUSES && told.getCause() != null && wraps(told); i++) {
            told = told.getCause();
        }
        return told;
    }

    private static boolean wraps(Throwable thrown) {
        return thrown instanceof org.codehaus.groovy.runtime.InvokerInvocationException
                || thrown instanceof java.lang.reflect.InvocationTargetException
                || thrown instanceof java.lang.reflect.UndeclaredThrowableException
                || thrown instanceof java.util.concurrent.ExecutionException;
    }

    private static Optional<String> line(Throwable thrown, ClassLoader scripts) {
        for (StackTraceElement frame : thrown.getStackTrace()) {
            if (ofScript(frame, scripts)) {
                return Optional.of(HookCompiler.fileName(frame.getFileName()) + ":" + frame.getLineNumber());
            }
        }
        return Optional.empty();
    }

    private static boolean ofScript(StackTraceElement frame, ClassLoader scripts) {
        String file = frame.getFileName();
        return file != null && file.endsWith(".groovy") && frame.getLineNumber() > 0 && ours(frame, scripts);
    }

    /** Groovy's own classes were partly written in Groovy too. */
    private static boolean ours(StackTraceElement frame, ClassLoader scripts) {
        String top = frame.getClassName().split("\\$", 2)[0];
        return scripts.getResource(top.replace('.', '/') + ".class") == null;
    }
}
