package dev.lockstep.it.kit;

import java.nio.file.Files;
import java.nio.file.Path;

/** The source checkout the kit runs in, and the installation assembled from it. */
public final class Checkout {
    private Checkout() {}

    /** The top of the checkout: the property {@code lockstep.checkout}, or the first folder above that looks like it. */
    public static Path root() {
        String told = System.getProperty("lockstep.checkout");
        Path candidate = Path.of(told == null ? "" : told).toAbsolutePath().normalize();
        while (candidate != null && !Files.isDirectory(candidate.resolve("engine/api"))) {
            candidate = candidate.getParent();
        }
        if (candidate == null) {
            throw new KitFailure("run this inside a checkout, or say -Dlockstep.checkout=DIRECTORY");
        }
        return candidate;
    }

    /** The assembled installation, {@code dist/target/lockstep}. */
    public static Path installation() {
        Path installation = root().resolve("dist/target/lockstep");
        if (!Files.isExecutable(installation.resolve("bin/lockstep"))) {
            throw new KitFailure("there is no installation in " + installation + ": ./lockstep help builds it");
        }
        return installation;
    }
}
