package dev.lockstep.it.demo;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Tells on the terminal what happens, each line with the seconds since the beginning, and keeps count of broken promises. */
final class Story {
    private final PrintStream out;
    private final long started = System.nanoTime();
    private final List<String> broken = new ArrayList<>();

    Story(PrintStream out) {
        this.out = out;
    }

    /** A new chapter. */
    void chapter(String title) {
        out.println();
        out.println("== " + title);
    }

    /** One thing that happened. */
    synchronized void tell(String sentence) {
        double seconds = (System.nanoTime() - started) / 1e9;
        out.println(String.format(Locale.ROOT, "[%6.1f s] ", seconds) + sentence);
        out.flush();
    }

    /** A promise: told if it held, remembered and told loudly if not. */
    void promise(boolean held, String sentence) {
        if (held) {
            tell("   kept: " + sentence);
        } else {
            tell("   BROKEN: " + sentence);
            broken.add(sentence);
        }
    }

    /** Plain text without a time. */
    void text(String text) {
        out.println(text);
    }

    List<String> broken() {
        return broken;
    }

    static String seconds(Duration time) {
        return String.format(Locale.ROOT, "%.1f s", time.toMillis() / 1000.0);
    }

    static String bytes(long bytes) {
        if (bytes < 10_000) {
            return bytes + " bytes";
        }
        return bytes < 10_000_000
                ? String.format(Locale.ROOT, "%.0f KiB", bytes / 1024.0)
                : String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
