package dev.lockstep.it.demo;

import dev.lockstep.it.app.JournalServer;
import dev.lockstep.it.kit.Commands;
import java.io.IOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Copies of what the servers of the demo run, so that a later build does not change it under them. */
final class Belongings {
    private Belongings() {}

    /** Copies the installation. */
    static Path copy(Path installation, Path folder) {
        Path copy = folder.resolve("installation");
        Commands.run("cp", "-a", installation.toString(), copy.toString()).expectOk();
        return copy;
    }

    /** Copies the classes of the journal application and returns their class path. */
    static Path application(Path folder) throws IOException {
        Path classes = Files.createDirectories(folder.resolve("application"));
        try {
            Path own = Path.of(JournalServer.class
                    .getProtectionDomain()
                    .getCodeSource()
                    .getLocation()
                    .toURI());
            String name = JournalServer.class.getPackageName().replace('.', '/');
            Files.createDirectories(classes.resolve(name).getParent());
            Commands.run(
                            "cp",
                            "-r",
                            own.resolve(name).toString(),
                            classes.resolve(name).getParent().toString())
                    .expectOk();
            return classes;
        } catch (URISyntaxException impossible) {
            throw new IOException(impossible);
        }
    }
}
