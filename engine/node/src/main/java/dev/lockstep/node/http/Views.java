package dev.lockstep.node.http;

import dev.lockstep.node.Fault;
import dev.lockstep.node.log.LogLine;
import dev.lockstep.node.store.Advice;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** The values of the engine in the form clients see them: JSON by the records here, text by the methods. */
final class Views {
    private static final DateTimeFormatter DATE = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss", Locale.ROOT);

    private Views() {}

    /** The state of a module. */
    record Status(
            String module,
            int id,
            String mode,
            String state,
            String readiness,
            String detail,
            String reason,
            int row,
            Remote remote,
            List<String> peers,
            List<String> failedHooks,
            long revision) {
        static Status of(ModuleStatus status) {
            return new Status(
                    status.module(),
                    status.id(),
                    status.mode(),
                    status.state().name(),
                    status.readiness().label(),
                    status.detail(),
                    status.reason(),
                    status.row(),
                    new Remote(status.remoteNode(), status.remoteState(), status.remoteReadiness()),
                    status.peers(),
                    status.failedHooks(),
                    status.revision());
        }
    }

    /** The peer as seen from here. */
    record Remote(String node, String state, String readiness) {}

    /** A module that is installed, with its state if it is configured. */
    record Module(String module, int id, boolean installed, boolean configured, Status status) {}

    /** A resource. */
    record Resource(String name, String value, String assigned) {
        static Resource of(ControlService.Resource resource) {
            return new Resource(
                    resource.name(), resource.value(), resource.assigned().toString());
        }
    }

    /** Everything about a module. */
    record Verbose(Status status, List<Resource> resources, String output) {}

    /** A line of a log. */
    record Line(String time, String origin, String level, int key, String text) {
        static Line of(LogLine line) {
            return new Line(line.time().toString(), line.origin(), line.level().name(), line.key(), line.text());
        }
    }

    /** What went wrong; the faults of files once more, in parts. */
    record Problem(String error, String cause, String correction, List<Fault> faults) {
        Problem(String error, String cause, String correction) {
            this(error, cause, correction, List.of());
        }
    }

    /** A verdict, with what the operator should know besides. */
    record Done(String message, List<String> warnings, List<String> remarks, List<Fault> faults) {
        Done(String message, Advice advice) {
            this(message, advice.warnings(), advice.remarks(), advice.faults());
        }
    }

    static String text(Problem problem) {
        StringBuilder text =
                new StringBuilder("error: ").append(problem.error()).append('\n');
        if (!problem.cause().isEmpty()) {
            problem.cause()
                    .lines()
                    .forEach(line -> text.append("  ").append(line).append('\n'));
        }
        if (!problem.correction().isEmpty()) {
            text.append("  -> ").append(problem.correction()).append('\n');
        }
        return text.toString();
    }

    static String text(Done done) {
        StringBuilder text = new StringBuilder();
        done.warnings()
                .forEach(warning -> text.append("warning: ").append(warning).append('\n'));
        text.append(done.message()).append('\n');
        done.remarks().forEach(remark -> text.append("info: ").append(remark).append('\n'));
        return text.toString();
    }

    /** {@code PRIM Ready}. */
    static String local(Status status) {
        return status.state() + " " + status.readiness();
    }

    static String remote(Status status) {
        if (status.remote().node().isEmpty()) {
            return "-";
        }
        return status.remote().node() + " " + status.remote().state() + " "
                + status.remote().readiness();
    }

    /** The id of a module, {@code -} for one that has none yet. */
    static String id(Module module) {
        return module.id() == 0 ? "-" : String.valueOf(module.id());
    }

    static String table(List<Module> modules) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("MODULE", "ID", "MODE", "LOCAL", "DETAIL", "REMOTE"));
        for (Module module : modules) {
            Status status = module.status();
            rows.add(
                    status == null
                            ? List.of(module.module(), id(module), "-", "NOT CONFIGURED", "-", "-")
                            : List.of(
                                    module.module(),
                                    id(module),
                                    status.mode(),
                                    local(status),
                                    status.detail().isEmpty() ? "-" : status.detail(),
                                    remote(status)));
        }
        return columns(rows);
    }

    static String one(Status status) {
        StringBuilder text = new StringBuilder();
        text.append(status.module()).append(": ").append(local(status));
        if (!status.detail().isEmpty()) {
            text.append(" (").append(status.detail()).append(')');
        }
        if (!status.remote().node().isEmpty()) {
            text.append(", peer ").append(remote(status));
        }
        text.append('\n');
        if (!status.reason().isEmpty()) {
            text.append("  ").append(status.reason()).append('\n');
        }
        return text.toString();
    }

    static String resources(List<ControlService.Resource> resources, ZoneId zone) {
        List<List<String>> rows = new ArrayList<>();
        rows.add(List.of("RESOURCE", "VALUE", "ASSIGNED"));
        for (ControlService.Resource resource : resources) {
            rows.add(List.of(resource.name(), resource.value(), date(resource.assigned(), zone)));
        }
        return columns(rows);
    }

    /** A moment as operators read it. */
    static String date(Instant moment, ZoneId zone) {
        return DATE.format(moment.truncatedTo(ChronoUnit.SECONDS).atZone(zone));
    }

    /** Rows in columns as wide as needed. */
    static String columns(List<List<String>> rows) {
        int[] widths = new int[rows.getFirst().size()];
        for (List<String> row : rows) {
            for (int i = 0; i < widths.length; i++) {
                widths[i] = Math.max(widths[i], row.get(i).length());
            }
        }
        StringBuilder text = new StringBuilder();
        for (List<String> row : rows) {
            StringBuilder line = new StringBuilder();
            for (int i = 0; i < widths.length; i++) {
                line.append(row.get(i)).append(" ".repeat(widths[i] - row.get(i).length() + 2));
            }
            text.append(line.toString().stripTrailing()).append('\n');
        }
        return text.toString();
    }
}
