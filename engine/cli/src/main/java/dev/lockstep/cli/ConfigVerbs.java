package dev.lockstep.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Verbs that change what is configured. */
final class ConfigVerbs {
    /** The daemon runs hooks meanwhile, which have minutes. */
    private static final int PATIENT_MILLIS = 30 * 60 * 1_000;

    /** Largest file sent as a cluster configuration, in bytes; the daemon takes no more. */
    private static final long CLUSTER_BYTES = 4L << 20;

    private static final List<String> MODULE_WORDS =
            List.of("install", "list", "listid", "uninstall", "package", "getports");

    private static final List<String> CLUSTER_WORDS =
            List.of("config", "confcheck", "confinfo", "rekey", "lock", "unlock", "deconfig");

    private ConfigVerbs() {}

    static int config(Call call, String method, String what) throws CommandFailure {
        call.arguments().atMost(0);
        return call.show(method, "modules/" + call.module() + "/" + what, Content.NONE, PATIENT_MILLIS);
    }

    static int module(Call call) throws CommandFailure {
        Arguments arguments = call.arguments();
        return switch (arguments.word(0)) {
            case "install" -> install(call);
            case "list" -> alone(call).show("GET", "modules?form=names");
            case "listid" -> alone(call).show("GET", "modules?form=ids");
            case "uninstall" -> alone(call).show("DELETE", "modules/" + call.module(), Content.NONE, PATIENT_MILLIS);
            case "package" -> pack(call);
            case "getports" ->
                arguments.has("i")
                        ? alone(call).show("GET", "ports/" + Call.encoded(arguments.value("i", "")))
                        : alone(call).show("GET", "modules/" + call.module() + "/ports");
            case "" -> throw arguments.wrong("Write one of " + String.join(", ", MODULE_WORDS) + ".");
            default -> throw arguments.unknown(arguments.word(0), MODULE_WORDS);
        };
    }

    /** A call whose second word takes no other after it. */
    private static Call alone(Call call) throws CommandFailure {
        call.arguments().atMost(1);
        return call;
    }

    private static int install(Call call) throws CommandFailure {
        Arguments arguments = call.arguments();
        arguments.atMost(2);
        String source = arguments.word(1);
        Path path = Path.of(source);
        StringBuilder query = new StringBuilder("modules?");
        if (!source.isEmpty()) {
            query.append("source=")
                    .append(Call.encoded(
                            Files.exists(path)
                                    ? path.toAbsolutePath().normalize().toString()
                                    : source));
        }
        String name = arguments.value("m", "");
        if (!name.isEmpty()) {
            query.append("&name=").append(Call.encoded(name));
        }
        String id = arguments.has("M") ? "M" : "i";
        if (arguments.has(id)) {
            query.append("&id=").append(arguments.number(id, 0));
        }
        if (arguments.has("r")) {
            query.append("&replace=true");
        }
        for (String setting : arguments.values("set")) {
            query.append("&set=").append(Call.encoded(setting));
        }
        return call.show("POST", query.toString(), Content.NONE, PATIENT_MILLIS);
    }

    private static int pack(Call call) throws CommandFailure {
        call.arguments().atMost(2);
        Path file = Path.of(call.arguments().word(1));
        if (!file.isAbsolute()) {
            throw call.arguments().wrong("Give the absolute path of a new .safe file.");
        }
        return LogVerbs.store(
                call,
                call.client().ask("GET", "modules/" + call.module() + "/package", Content.NONE, PATIENT_MILLIS),
                file);
    }

    static int cluster(Call call) throws CommandFailure {
        Arguments arguments = call.arguments();
        return switch (arguments.word(0)) {
            case "config" -> clusterConfig(call);
            case "confcheck" -> {
                arguments.atMost(2);
                Content content = file(call, arguments.word(1));
                yield call.show("POST", "cluster/check" + name(arguments.word(1)), content, Call.QUICK_MILLIS);
            }
            case "rekey" -> rekey(call);
            case "confinfo" -> alone(call).show("GET", "cluster");
            case "lock", "unlock" -> alone(call).show("POST", "cluster/" + arguments.word(0));
            case "deconfig" -> alone(call).show("DELETE", "cluster", Content.NONE, PATIENT_MILLIS);
            case "" -> throw arguments.wrong("Write one of " + String.join(", ", CLUSTER_WORDS) + ".");
            default -> throw arguments.unknown(arguments.word(0), CLUSTER_WORDS);
        };
    }

    /** {@code cluster rekey [cluster.zip | finish]}. */
    private static int rekey(Call call) throws CommandFailure {
        call.arguments().atMost(2);
        String word = call.arguments().word(1);
        return switch (word) {
            case "" -> call.show("POST", "cluster/rekey");
            case "finish" -> call.show("POST", "cluster/rekey/finish");
            default -> {
                if (!word.endsWith(".zip")) {
                    throw call.arguments()
                            .wrong("Give cluster.zip of the node where the new key was made, or 'finish'.");
                }
                yield call.show("POST", "cluster/rekey" + name(word), file(call, word), Call.QUICK_MILLIS);
            }
        };
    }

    /** {@code cluster config [file] [lock|unlock]}. */
    private static int clusterConfig(Call call) throws CommandFailure {
        Arguments arguments = call.arguments();
        String last = arguments.words().getLast();
        boolean turns = last.equals("lock") || last.equals("unlock");
        int files = arguments.words().size() - 1 - (turns ? 1 : 0);
        arguments.atMost(turns ? 3 : 2);
        if (files > 1) {
            throw arguments.wrong("One file can be applied.");
        }
        if (last.equals("unlock")) {
            int exit = call.show("POST", "cluster/unlock");
            if (exit != ExitCode.DONE || files == 0) {
                return exit;
            }
        }
        int exit = ExitCode.DONE;
        if (files == 1 || !turns) {
            Content content = files == 1 ? file(call, arguments.word(1)) : Content.NONE;
            String name = files == 1 ? name(arguments.word(1)) : "";
            exit = call.show("POST", "cluster/config" + name, content, PATIENT_MILLIS);
        }
        return exit == ExitCode.DONE && last.equals("lock") ? call.show("POST", "cluster/lock") : exit;
    }

    /** The name by which the daemon is to speak of a file that is sent. */
    private static String name(String file) {
        return "?name=" + Call.encoded(Path.of(file).getFileName().toString());
    }

    private static Content file(Call call, String name) throws CommandFailure {
        if (name.isEmpty()) {
            throw call.arguments().wrong("Which file?");
        }
        Path file = Path.of(name);
        try {
            if (Files.size(file) > CLUSTER_BYTES) {
                throw new CommandFailure(ExitCode.INVALID, file + " is too large to be a cluster configuration.", "");
            }
            return new Content(name.endsWith(".zip") ? "application/zip" : "application/xml", Files.readAllBytes(file));
        } catch (IOException unreadable) {
            throw new CommandFailure(
                    ExitCode.UNKNOWN, FileTrouble.reading(file, unreadable), "Give the path of an .xml or .zip file.");
        }
    }
}
