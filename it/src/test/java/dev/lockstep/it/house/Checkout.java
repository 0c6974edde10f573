package dev.lockstep.it.house;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** The source tree these tests look at: the checkout this test class was compiled in. */
record Checkout(Path root) {
    static Checkout here() {
        return new Checkout(dev.lockstep.it.kit.Checkout.root());
    }

    /** The compiled main classes of every part of the house, without the integration kit. */
    List<Path> compiledParts() {
        return Stream.of("schema", "engine", "plugins")
                .flatMap(part -> below(root.resolve(part)).filter(path -> path.endsWith("target/classes")))
                .toList();
    }

    /** Every file under version control's source folders whose name ends so. */
    List<Path> sources(String... endings) {
        return Stream.of("schema", "engine", "plugins", "modules", "dist", "it")
                .flatMap(part -> below(root.resolve(part)))
                .filter(Files::isRegularFile)
                .filter(path -> !root.relativize(path).toString().contains("target/"))
                .filter(path -> Stream.of(endings).anyMatch(path.toString()::endsWith))
                .sorted()
                .toList();
    }

    String name(Path path) {
        return root.relativize(path).toString();
    }

    private static Stream<Path> below(Path directory) {
        if (!Files.isDirectory(directory)) {
            return Stream.empty();
        }
        try (Stream<Path> paths = Files.walk(directory)) {
            return paths.toList().stream();
        } catch (IOException failure) {
            throw new java.io.UncheckedIOException(failure);
        }
    }
}
