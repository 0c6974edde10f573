package dev.lockstep.it.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.stream.Stream;

/**
 * What a process costs while it does nothing, as the kernel tells it.
 *
 * @param threads how many
 * @param memory what of it lies in memory, in MiB
 * @param wakeUps how often one of its threads went to sleep, a second
 * @param processor per cent of one processor
 */
record Upkeep(double threads, double memory, double wakeUps, double processor) {
    private static final double TICKS_PER_SECOND = 100;

    /** One look at a process. */
    record Reading(long nanos, int threads, long residentKib, Map<String, Long> sleeps, long ticks) {
        double processorSeconds() {
            return ticks / TICKS_PER_SECOND;
        }

        /** What it cost since an earlier look. Threads that ended meanwhile do not count. */
        Upkeep since(Reading before) {
            double seconds = (nanos - before.nanos) / 1e9;
            long slept = sleeps.entrySet().stream()
                    .mapToLong(thread -> thread.getValue() - before.sleeps.getOrDefault(thread.getKey(), 0L))
                    .sum();
            double processor = (processorSeconds() - before.processorSeconds()) / seconds * 100;
            return new Upkeep(threads, residentKib / 1024.0, slept / seconds, processor);
        }
    }

    /** Looks at a process. */
    static Reading read(long pid) throws IOException {
        Path process = Path.of("/proc", Long.toString(pid));
        Map<String, Long> sleeps = new HashMap<>();
        try (Stream<Path> threads = Files.list(process.resolve("task"))) {
            threads.forEach(thread -> sleeps.put(
                    thread.getFileName().toString(), field(thread.resolve("status"), "voluntary_ctxt_switches")));
        }
        String stat = Files.readString(process.resolve("stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        return new Reading(
                System.nanoTime(),
                sleeps.size(),
                field(process.resolve("status"), "VmRSS"),
                sleeps,
                Long.parseLong(fields[11]) + Long.parseLong(fields[12]));
    }

    private static long field(Path status, String name) {
        try (Stream<String> lines = Files.lines(status)) {
            return lines.filter(line -> line.startsWith(name + ":"))
                    .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")))
                    .findFirst()
                    .orElse(0);
        } catch (NoSuchFileException ended) {
            return 0;
        } catch (IOException failure) {
            throw new UncheckedIOException(failure);
        }
    }

    /** Tells what each of so many modules costs that this process has more than the other. */
    void tell(Figures figures, String work, Upkeep few, int modules) {
        figures.price(work, "threads", (threads - few.threads) / modules, "threads");
        figures.price(work, "memory", (memory - few.memory) / modules, "MiB");
        figures.price(work, "wake-ups", (wakeUps - few.wakeUps) / modules, "a second");
        figures.price(work, "processor", (processor - few.processor) / modules, "% of one");
        System.err.printf("%s: from %s to %s%n", work, few, this);
    }
}
