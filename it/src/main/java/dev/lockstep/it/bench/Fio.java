package dev.lockstep.it.bench;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import dev.lockstep.it.kit.Host;
import dev.lockstep.it.kit.KitFailure;
import dev.lockstep.it.kit.Outcome;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Runs fio on a host. */
final class Fio {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final double MEBI = 1 << 20;
    private static final Path DROP_CACHES = Path.of("/proc/sys/vm/drop_caches");
    private static final ObjectMapper JSON = new ObjectMapper();

    private Fio() {}

    /**
     * Does one work, each writer one operation at a time, in each of some directories at once.
     *
     * @return operations or MiB per second in one directory, all writers together, the mean of all directories
     */
    static double measure(Host host, List<String> directories, Work work, int seconds) {
        List<String> command = new ArrayList<>(List.of(
                "fio",
                "--name=global",
                "--size=" + work.size(),
                "--ioengine=psync",
                "--iodepth=1",
                "--output-format=json",
                "--randseed=1"));
        command.addAll(work.options());
        if (!work.wholeFile()) {
            command.addAll(List.of("--time_based", "--runtime=" + seconds));
        }
        for (String directory : directories) {
            command.addAll(List.of(
                    "--name=" + work.name(),
                    "--numjobs=" + work.jobs(),
                    work.jobs() == 1
                            ? "--filename=" + file(directory, work)
                            : "--filename_format=" + file(directory, work) + ".$jobnum"));
            if (work.reads()) {
                layOut(host, directory, work);
            }
        }
        settle();
        Outcome outcome = host.run(PATIENCE, Map.of(), command).expectOk();
        for (String directory : directories) {
            host.run(PATIENCE, Map.of(), List.of("bash", "-c", "rm -f '" + file(directory, work) + "'*"))
                    .expectOk();
        }
        double sum = 0;
        for (JsonNode job : parse(outcome).path("jobs")) {
            JsonNode side = job.path(work.reads() ? "read" : "write");
            sum += work.unit().startsWith("MiB")
                    ? bandwidth(side, job, work)
                    : side.path("iops").asDouble();
        }
        return sum / directories.size();
    }

    private static String file(String directory, Work work) {
        return directory + "/bench-" + work.name();
    }

    /** For a file written and flushed as a whole the flush belongs to the time. */
    private static double bandwidth(JsonNode side, JsonNode job, Work work) {
        double bytes = side.path("io_bytes").asDouble();
        double millis = work.reads()
                ? side.path("runtime").asDouble()
                : job.path("job_runtime").asDouble();
        return bytes / MEBI / (millis / 1000);
    }

    private static void layOut(Host host, String directory, Work work) {
        String file = file(directory, work);
        host.run(
                        PATIENCE,
                        Map.of(),
                        List.of("bash", "-c", "head -c " + work.size().replace("m", "M") + " /dev/urandom > " + file))
                .expectOk();
    }

    /** Everything dirty goes to disk and every cache is emptied, so that each run starts alike. */
    private static void settle() {
        try {
            dev.lockstep.it.kit.Commands.run("sync").expectOk();
            Files.writeString(DROP_CACHES, "3\n");
        } catch (IOException failure) {
            throw new KitFailure("cannot empty the caches", failure);
        }
    }

    private static JsonNode parse(Outcome outcome) {
        try {
            return JSON.readTree(outcome.out().substring(outcome.out().indexOf('{')));
        } catch (JsonProcessingException | StringIndexOutOfBoundsException failure) {
            throw new KitFailure("fio did not print its figures: " + outcome, failure);
        }
    }
}
