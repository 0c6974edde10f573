package dev.lockstep.it.demo;

import dev.lockstep.it.kit.Checkout;
import dev.lockstep.it.kit.KitFailure;
import dev.lockstep.it.kit.Site;
import java.io.IOException;
import java.nio.file.Path;

/** {@code ./lockstep demo}: builds two servers on this machine, tells what happens to them, and takes them away again. */
public final class Demo {
    private static final String PREFIX = "lsdemo-";
    private static final Path DISKS = Path.of("/var/tmp");

    private static final int OK = 0;
    private static final int BROKEN_PROMISE = 1;
    private static final int USAGE = 64;
    private static final int CANNOT = 70;

    private Demo() {}

    /** Runs the demo; its status is 0 if every promise held. */
    public static void main(String[] words) {
        System.exit(run(words));
    }

    private static int run(String[] words) {
        Options options;
        try {
            options = Options.parse(words);
        } catch (IllegalArgumentException wrong) {
            System.err.println(wrong.getMessage() + "\n\n" + Options.USAGE);
            return USAGE;
        }
        if (options.help()) {
            System.out.println(Options.USAGE);
            return OK;
        }
        Story story = new Story(System.out);
        Site site = Site.open(PREFIX, DISKS, options.keep());
        Thread broom = Thread.ofPlatform().unstarted(() -> {
            story.text("\nCleaning up ...");
            site.close();
        });
        Runtime.getRuntime().addShutdownHook(broom);
        try (Play play = new Play(site, Checkout.installation(), options, story)) {
            Summary summary = play.perform();
            if (options.json() != null) {
                summary.write(options.json());
            }
            if (options.keep()) {
                Keepsake.leave(site, play.cluster(), story);
                Runtime.getRuntime().removeShutdownHook(broom);
            }
            return summary.ok() ? OK : BROKEN_PROMISE;
        } catch (KitFailure | IOException failure) {
            story.text("\nThe demo cannot go on: " + failure.getMessage());
            return CANNOT;
        }
    }
}
