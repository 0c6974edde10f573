package dev.lockstep.cli;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;

/** Verbs around the log of a module and what the product says about itself. */
final class LogVerbs {
    private static final Set<PosixFilePermission> OWNERS_ALONE = PosixFilePermissions.fromString("rw-------");
    private static final int SAVED_LINES = 100_000;
    private static final int SHOWN_LINES = 300;

    private LogVerbs() {}

    static int log(Call call) throws CommandFailure {
        call.arguments().atMost(0);
        int count = call.arguments().number("s", SHOWN_LINES);
        return call.show("GET", "modules/" + call.module() + "/log?count=" + count + verbose(call));
    }

    private static String verbose(Call call) {
        return call.arguments().has("A") || call.arguments().has("I") ? "&verbose=true" : "";
    }

    /** Follows the log until the operator ends it or the daemon does. */
    static int view(Call call) throws CommandFailure {
        call.arguments().atMost(0);
        int back = call.arguments().number("s", 0);
        Answer answer = call.client()
                .ask(
                        "GET",
                        "modules/" + call.module() + "/log?follow=true&count=" + back + verbose(call),
                        Content.NONE,
                        Call.QUICK_MILLIS);
        if (!answer.good()) {
            call.show(answer);
            return answer.exitCode();
        }
        try (BufferedReader lines = new BufferedReader(new InputStreamReader(answer.body(), StandardCharsets.UTF_8))) {
            for (String line = lines.readLine(); line != null && !call.out().checkError(); line = lines.readLine()) {
                // empty lines only tell that the daemon is still there
                if (!line.isEmpty()) {
                    call.out().println(line);
                }
            }
            return ExitCode.DONE;
        } catch (IOException ended) {
            throw new CommandFailure(ExitCode.NO_DAEMON, "The daemon has ended, or stopped sending the log.", "");
        }
    }

    static int save(Call call) throws CommandFailure {
        Path file = newFile(call, "the log");
        Answer answer = call.client()
                .ask(
                        "GET",
                        "modules/" + call.module() + "/log?count=" + SAVED_LINES + verbose(call),
                        Content.NONE,
                        Call.QUICK_MILLIS);
        return store(call, answer, file);
    }

    /** The file named by the only word. */
    static Path newFile(Call call, String what) throws CommandFailure {
        call.arguments().atMost(1);
        Path file = Path.of(call.arguments().word(0));
        if (!file.isAbsolute()) {
            throw call.arguments().wrong("Give the absolute path of a new file for " + what + ".");
        }
        return file;
    }

    /** Puts the body of an answer into a new file that is its owner's alone: configurations and logs may hold passwords. */
    static int store(Call call, Answer answer, Path file) throws CommandFailure {
        if (!answer.good()) {
            call.show(answer);
            return answer.exitCode();
        }
        try (var body = answer.body()) {
            Files.createFile(file, PosixFilePermissions.asFileAttribute(OWNERS_ALONE));
            try (OutputStream target = Files.newOutputStream(file)) {
                body.transferTo(target);
            }
            return ExitCode.DONE;
        } catch (FileAlreadyExistsException exists) {
            throw new CommandFailure(ExitCode.FAILED, file + " exists already.", "Give the name of a new file.");
        } catch (IOException failed) {
            throw new CommandFailure(ExitCode.FAILED, FileTrouble.writing(file, failed), "");
        }
    }

    static int print(Call call, String level) throws CommandFailure {
        String text = String.join(" ", call.arguments().words());
        if (text.isEmpty()) {
            throw call.arguments().wrong("Write the text after it, in quotes.");
        }
        return call.show(
                "POST",
                "modules/" + call.module() + "/log?level=" + level + call.identity("&"),
                Content.text(text),
                Call.QUICK_MILLIS);
    }

    static int level(Call call) throws CommandFailure {
        call.arguments().atMost(0);
        int exit = call.show("GET", "level");
        return exit == ExitCode.DONE && call.hasModule()
                ? call.show("GET", "modules/" + call.module() + "/hooks/level")
                : exit;
    }
}
