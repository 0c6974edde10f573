package dev.lockstep.it.bench;

import dev.lockstep.it.kit.Host;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Does a work in a directory of a host, with the program it is for, and leaves the directory as it was. */
final class Workshop {
    private static final Duration PATIENCE = Duration.ofMinutes(5);
    private static final Pattern TRANSACTIONS = Pattern.compile("tps = ([0-9.]+)");

    private final Path smallFiles;

    /** Compiles what it needs. */
    Workshop(Path folder) {
        smallFiles = SlowDisks.compile("smallfiles", folder);
    }

    /** Operations, files, transactions or MiB per second in one directory, the mean of all. */
    double measure(Host host, List<String> directories, Work work, int seconds) {
        return switch (work.program()) {
            case FIO -> Fio.measure(host, directories, work, seconds);
            case SMALL_FILES -> small(host, directories.getFirst() + "/small", work, seconds);
            case PGBENCH -> database(host, directories.getFirst(), work, seconds);
        };
    }

    /** Makes small files. */
    void layOut(Host host, String directory, String files) {
        run(host, smallFiles + " lay " + directory + " " + files + " 0");
    }

    private double small(Host host, String directory, Work work, int seconds) {
        if (work == Work.SMALL_READ) {
            layOut(host, directory, work.size());
        }
        String kind = work.options().getFirst();
        String said = run(host, String.join(" ", smallFiles.toString(), kind, directory, work.size(), seconds + ""));
        run(host, "rm -rf " + directory);
        return Double.parseDouble(said.strip());
    }

    private static double database(Host host, String directory, Work work, int seconds) {
        String said = run(host, database(directory, work.jobs(), seconds));
        Matcher tps = TRANSACTIONS.matcher(said);
        return tps.find() ? Double.parseDouble(tps.group(1)) : 0;
    }

    private static String run(Host host, String script) {
        return host.run(PATIENCE, Map.of(), List.of("bash", "-c", script))
                .expectOk()
                .out();
    }

    /** A database made anew, used, and removed. Its socket lies in the host's own /run. */
    private static String database(String directory, int clients, int seconds) {
        return """
            set -e
            bin=$(ls -d /usr/lib/postgresql/*/bin | tail -1)
            dir='%1$s'/pg
            rm -rf "$dir"; install -d -o postgres -m 700 "$dir"; install -d -o postgres /run/pg
            as() { runuser -u postgres -- "$@"; }
            as $bin/initdb -D "$dir" --no-locale -E UTF8 --no-sync >/dev/null
            as $bin/pg_ctl -D "$dir" -w -l /run/pg/log -o "-k /run/pg -c listen_addresses=''" start >/dev/null
            trap 'as $bin/pg_ctl -D "$dir" -w -m immediate stop >/dev/null; rm -rf "$dir"' EXIT
            as $bin/pgbench -h /run/pg -i -s 5 -q postgres >/dev/null 2>&1
            as $bin/pgbench -h /run/pg -c %2$d -j 2 -T %3$d postgres
            """.formatted(directory, clients, seconds);
    }
}
