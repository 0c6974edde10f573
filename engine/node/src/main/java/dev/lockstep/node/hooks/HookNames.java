package dev.lockstep.node.hooks;

import dev.lockstep.config.NearestName;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Files in {@code bin/} that were probably meant as hooks and are none: the module would start without them and say nothing. */
final class HookNames {
    private static final String GROOVY = ".groovy";

    /** What scripts end with. */
    private static final Set<String> SCRIPTS =
            Set.of(GROOVY, ".sh", ".bash", ".cmd", ".bat", ".ps1", ".py", ".pl", ".rb", ".txt");

    private HookNames() {}

    /** A sentence for each such file, with what to do. */
    static List<String> doubtful(Path bin) throws IOException {
        List<String> sentences = new ArrayList<>();
        if (!Files.isDirectory(bin)) {
            return sentences;
        }
        try (Stream<Path> files = Files.list(bin)) {
            for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
                judge(bin, file).ifPresent(doubt -> sentences.add("bin/" + file.getFileName() + ": " + doubt));
            }
        }
        return sentences;
    }

    private static Optional<String> judge(Path bin, Path file) {
        String name = String.valueOf(file.getFileName());
        int dot = name.lastIndexOf('.');
        String stem = dot > 0 ? name.substring(0, dot) : name;
        String ending = dot > 0 ? name.substring(dot) : "";
        boolean script = ending.isEmpty() || SCRIPTS.contains(ending.toLowerCase(Locale.ROOT));
        if (!script) {
            return Optional.empty();
        }
        if (!HookFiles.NAMES.contains(stem)) {
            return meant(stem, ending);
        }
        if (ending.isEmpty()) {
            return plain(bin, file, stem);
        }
        return ending.equals(GROOVY)
                ? Optional.empty()
                : Optional.of("is not run, because of its ending. Name it " + stem + GROOVY + " (Groovy), or " + stem
                        + " without an ending (any executable).");
    }

    /** Names of classes that hooks use begin with a capital letter and are left alone, unless they are a hook but for that. */
    private static Optional<String> meant(String stem, String ending) {
        return NearestName.of(stem, HookFiles.NAMES)
                .filter(near -> !Character.isUpperCase(stem.charAt(0)) || stem.equalsIgnoreCase(near))
                .map(near -> "is no hook and is not run. Did you mean " + near + ending + "?");
    }

    private static Optional<String> plain(Path bin, Path file, String stem) {
        if (Files.exists(bin.resolve(stem + GROOVY))) {
            return Optional.of("is not run, because " + stem + GROOVY + " goes before it. Remove one of the two.");
        }
        return Files.isExecutable(file)
                ? Optional.empty()
                : Optional.of("is not run, because it is not executable: chmod +x it.");
    }
}
