package dev.lockstep.node.http;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import dev.lockstep.node.Refusal;
import dev.lockstep.node.store.Advice;
import dev.lockstep.node.store.AppliedModule;
import dev.lockstep.node.store.ModuleStore;
import dev.lockstep.node.store.ModuleStore.Install;
import dev.lockstep.node.store.ModuleStore.Installed;
import dev.lockstep.node.store.UnknownModule;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneId;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Answers what concerns the installation and the configuration of modules. */
final class StoreRoutes {
    /** Largest module archive that is taken, in bytes. */
    private static final long LARGEST_BYTES = 256L << 20;

    private final ControlService service;
    private final ModuleStore store;
    private final Path temporary;

    StoreRoutes(ControlService service, ModuleStore store, Path temporary) {
        this.service = service;
        this.store = store;
        this.temporary = temporary;
    }

    void addTo(Router router) {
        router.add("GET", "modules", this::list)
                .add("POST", "modules", this::install)
                .add("DELETE", "modules/{}", this::uninstall)
                .add("GET", "modules/{}/package", this::pack)
                .add("GET", "modules/{}/ports", this::ports)
                .add("GET", "ports/{}", request -> told(PortsView.byId("", idIn(request))))
                .add("GET", "modules/{}/config", this::info)
                .add("POST", "modules/{}/config", this::apply)
                .add("POST", "modules/{}/check", this::check)
                .add("DELETE", "modules/{}/config", this::unapply);
    }

    private static int idIn(Request request) throws Refusal {
        try {
            int id = Integer.parseInt(request.name(0));
            if (id >= 1 && id <= 512) {
                return id;
            }
        } catch (NumberFormatException none) {
            throw Request.invalid("The module id '" + request.name(0) + "' is no number.", "");
        }
        throw Request.invalid("The module id " + request.name(0) + " is none.", "Ids go from 1 to 512.");
    }

    /** All modules: installed, configured, or both; {@code form} chooses the text. */
    private Reply list(Request request) throws IOException {
        Map<String, Views.Status> states = new TreeMap<>();
        service.modules().forEach(status -> states.put(status.module(), Views.Status.of(status)));
        Map<String, Views.Module> modules = new TreeMap<>();
        for (Installed one : store.installed()) {
            Views.Status status = states.remove(one.name());
            modules.put(one.name(), new Views.Module(one.name(), one.id(), true, status != null, status));
        }
        states.forEach((name, status) -> modules.put(name, new Views.Module(name, status.id(), false, true, status)));
        List<Views.Module> all = List.copyOf(modules.values());
        String form = request.parameter("form").orElse("table");
        return Reply.ok(
                all,
                switch (form) {
                    case "names" -> all.stream().map(one -> one.module() + "\n").collect(Collectors.joining());
                    case "ids" ->
                        all.stream()
                                .map(one -> one.module() + " " + Views.id(one) + "\n")
                                .collect(Collectors.joining());
                    default -> all.isEmpty() ? "No module is installed.\n" : Views.table(all);
                });
    }

    private Reply install(Request request) throws Refusal, IOException {
        Map<String, String> macros = new LinkedHashMap<>();
        for (String setting : request.parameters("set")) {
            int equals = setting.indexOf('=');
            if (equals < 1) {
                throw new Refusal(
                        Refusal.Kind.INVALID,
                        "'" + setting + "' sets no macro.",
                        "",
                        "Write --set NAME=VALUE; the value may be empty.");
            }
            macros.put(setting.substring(0, equals), setting.substring(equals + 1));
        }
        Install order = new Install(
                request.parameter("source").orElse(""),
                request.parameter("name").orElse(""),
                request.number("id", 0, 1, 512),
                request.flag("replace"),
                macros);
        Installed installed;
        if (request.hasBody()) {
            try (InputStream body = request.body(LARGEST_BYTES)) {
                installed = store.install(order, body);
            }
        } else {
            installed = store.install(order);
        }
        String text = "Module " + installed.name() + " is installed with id " + installed.id() + " in "
                + installed.directory() + ".\n";
        return Reply.ok(new Views.Module(installed.name(), installed.id(), true, false, null), text);
    }

    private Reply uninstall(Request request) throws Refusal, IOException {
        String module = request.name(0);
        List<String> warnings = new ArrayList<>();
        Path kept = service.whileStopped(module, () -> {
            if (store.applied(module).isPresent()) {
                warnings.addAll(store.unapply(module));
            }
            return store.uninstall(module);
        });
        return done(
                "Module " + module + " is uninstalled; an archive of it is kept as " + kept + ".",
                Advice.warning(warnings));
    }

    private Reply pack(Request request) throws Refusal, IOException {
        Path folder = Files.createTempDirectory(temporary, "packed");
        Path file = folder.resolve(request.name(0) + ".safe");
        try {
            store.pack(request.name(0), file);
        } catch (Refusal | IOException failed) {
            Files.deleteIfExists(file);
            Files.deleteIfExists(folder);
            throw failed;
        }
        return new Reply.Stream("application/zip", target -> {
            try {
                Files.copy(file, target);
            } finally {
                Files.deleteIfExists(file);
                Files.deleteIfExists(folder);
            }
        });
    }

    private Reply ports(Request request) throws Refusal, IOException {
        String module = request.name(0);
        List<Installed> all = store.installed();
        Installed installed = all.stream()
                .filter(one -> one.name().equals(module))
                .findFirst()
                .orElseThrow(() -> UnknownModule.of(
                        module, all.stream().map(Installed::name).toList()));
        if (installed.id() == Installed.NO_ID) {
            throw new Refusal(
                    Refusal.Kind.STATE,
                    "The module " + module + " has no id yet, so it has no ports.",
                    "It gets the lowest free id when it is configured.",
                    "Use 'lockstep config -m " + module + "', or give it one with 'lockstep module install -m " + module
                            + " -M ID'.");
        }
        return told(PortsView.of(module, installed.id(), service.ports(module)));
    }

    private static Reply told(PortsView ports) {
        return Reply.ok(ports, ports.text());
    }

    private static String dated(long seconds) {
        return seconds + " (" + Views.date(Instant.ofEpochSecond(seconds), ZoneId.systemDefault()) + ")";
    }

    /** The two signatures and dates, and whether what is edited is what is applied. */
    private record Compared(@JsonUnwrapped ModuleStore.Info info, boolean equal) {}

    private Reply info(Request request) throws Refusal, IOException {
        ModuleStore.Info info = store.info(request.name(0));
        String active = info.appliedSignature().isEmpty()
                ? "active  -\n"
                : "active  " + info.appliedSignature() + " " + dated(info.appliedSeconds()) + "\n";
        boolean equal = info.editedSignature().equals(info.appliedSignature());
        String verdict = equal
                ? "equal: what is edited is applied\n"
                : info.appliedSignature().isEmpty()
                        ? "not applied: run 'lockstep config -m " + request.name(0) + "'\n"
                        : "different: run 'lockstep config -m " + request.name(0) + "' to apply what is edited\n";
        return Reply.ok(
                new Compared(info, equal),
                active + "current " + info.editedSignature() + " " + dated(info.editedSeconds()) + "\n" + verdict);
    }

    private Reply apply(Request request) throws Refusal, IOException {
        ModuleStore.Applying applying = service.whileStopped(request.name(0), () -> store.apply(request.name(0)));
        AppliedModule module = applying.module();
        return done(
                "Module " + module.name() + " is configured, signature " + module.signature() + ".", applying.advice());
    }

    private Reply check(Request request) throws Refusal, IOException {
        return done("The configuration of " + request.name(0) + " is good.", store.check(request.name(0)));
    }

    private Reply unapply(Request request) throws Refusal, IOException {
        List<String> warnings = service.whileStopped(request.name(0), () -> store.unapply(request.name(0)));
        return done(
                "The configuration of " + request.name(0) + " is removed; its files stay.", Advice.warning(warnings));
    }

    private static Reply done(String message, Advice advice) {
        Views.Done done = new Views.Done(message, advice);
        return Reply.ok(done, Views.text(done));
    }
}
