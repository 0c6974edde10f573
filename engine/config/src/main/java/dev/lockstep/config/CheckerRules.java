package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.core.config.ServiceMode;
import java.util.HashMap;
import java.util.Optional;
import java.util.Set;

/** Rules on checkers. */
final class CheckerRules {
    private static final Set<String> WITH_TARGET = Set.of("tcp", "ping", "intf", "ip");
    private static final Set<String> WITH_ACTION = Set.of("tcp", "ping", "custom");

    private final ServiceMode mode;
    private final ModuleContext context;
    private final Diagnostics diagnostics;

    private CheckerRules(ServiceMode mode, ModuleContext context, Diagnostics diagnostics) {
        this.mode = mode;
        this.context = context;
        this.diagnostics = diagnostics;
    }

    static void check(XmlElement service, ModuleContext context, Diagnostics diagnostics) {
        Written.mode(service).ifPresent(mode -> {
            var rules = new CheckerRules(mode, context, diagnostics);
            var seen = new HashMap<String, XmlElement>();
            service.descend("check").flatMap(check -> check.children().stream()).forEach(checker -> {
                rules.check(checker);
                ident(checker)
                        .map(ident -> seen.putIfAbsent(checker.name() + "." + ident, checker))
                        .ifPresent(first -> diagnostics.error(
                                checker,
                                "ident",
                                "the checker " + checker.name() + "."
                                        + ident(checker).orElse("") + " is written already, at line "
                                        + first.place().line(),
                                "Give each " + checker.name() + " its own ident."));
            });
        });
    }

    /** The ident of a checker, computed for a module without one. */
    static Optional<String> ident(XmlElement checker) {
        return Written.filled(checker, "ident")
                .or(() -> checker.name().equals("module")
                        ? Written.filled(checker, "name")
                                .map(name -> name + "_"
                                        + checker.child("to")
                                                .flatMap(to -> to.value("addr"))
                                                .orElse("127.0.0.1"))
                        : Optional.empty());
    }

    /** The action a checker has, its default included; empty if it has none, or a default that is not defined. */
    static Optional<String> action(XmlElement checker) {
        return checker.value("action").or(() -> switch (checker.name()) {
            case "tcp" -> Optional.of(checker.has("when", "pre") ? "wait" : "restart");
            case "ping" -> checker.value("when").orElse("pre").equals("pre") ? Optional.of("wait") : Optional.empty();
            case "custom" -> Optional.of("noaction");
            default -> Optional.empty();
        });
    }

    private void check(XmlElement checker) {
        if (WITH_TARGET.contains(checker.name()) && checker.child("to").isEmpty()) {
            diagnostics.error(
                    checker,
                    "what it tests is missing",
                    "Add <to " + (checker.name().equals("intf") ? "local_addr" : "addr") + "=\"...\"/>.");
        }
        checker.children("to").forEach(to -> checkTarget(checker, to));
        checkPhase(checker);
        if (WITH_ACTION.contains(checker.name())) {
            checkAction(checker);
        }
        switch (checker.name()) {
            case "custom" -> checkProgram(checker);
            case "splitbrain" -> checkWitness(checker);
            default -> {}
        }
    }

    private void checkTarget(XmlElement checker, XmlElement to) {
        if (checker.name().equals("intf")) {
            Written.filled(to, "local_addr").ifPresent(address -> checkLocal(to, Written.withoutBrackets(address)));
            return;
        }
        Written.filled(to, "addr")
                .filter(address -> !Addresses.isAddressOrName(Written.withoutBrackets(address)))
                .ifPresent(address -> diagnostics.error(
                        to, "addr", "\"" + address + "\" is no address", "Write an IPv4 or IPv6 address, or a name."));
    }

    private void checkLocal(XmlElement to, String address) {
        if (Addresses.numeric(address).isEmpty()) {
            diagnostics.error(
                    to, "local_addr", "\"" + address + "\" is no address", "Write a numeric address of this node.");
            return;
        }
        var canonical = Addresses.canonical(address);
        context.site()
                .localAddresses()
                .filter(local -> local.stream().map(Addresses::canonical).noneMatch(canonical::equals))
                .ifPresent(local -> diagnostics.error(
                        to,
                        "local_addr",
                        address + " is on no interface of this node",
                        "Write one of: "
                                + String.join(", ", local.stream().sorted().toList()) + "."));
    }

    private void checkPhase(XmlElement checker) {
        var when = checker.value("when").orElse("");
        if (mode != ServiceMode.MIRROR && Set.of("prim", "second").contains(when)) {
            diagnostics.error(checker, "when", "there is no " + when + " in this mode", "Write both, or pre.");
        }
    }

    private void checkAction(XmlElement checker) {
        var when = checker.value("when").orElse(checker.name().equals("ping") ? "pre" : "");
        var action = checker.value("action");
        if (action.isEmpty()) {
            if (checker.name().equals("ping") && !when.equals("pre")) {
                diagnostics.error(
                        checker,
                        "action",
                        "with when=\"" + when + "\" the action has no default",
                        "Add action=\"restart\", \"stopstart\", \"stop\" or \"noaction\".");
            } else if (checker.name().equals("tcp") && when.equals("pre")) {
                diagnostics.warn(
                        checker, "action", "with when=\"pre\" the action is taken as wait", "Write action=\"wait\".");
            }
            return;
        }
        if (action.get().equals("wait") && !when.equals("pre") && !when.isEmpty()) {
            diagnostics.error(
                    checker,
                    "action",
                    "wait needs when=\"pre\": with when=\"" + when
                            + "\" the checker would stop with the application and never report up again",
                    "Write when=\"pre\", or another action.");
        } else if (when.equals("pre") && Set.of("restart", "stopstart", "stop").contains(action.get())) {
            diagnostics.warn(
                    checker,
                    "action",
                    action.get() + " with when=\"pre\" also acts on a node that does not run the application",
                    "Write wait or noaction, or another when.");
        }
    }

    private void checkProgram(XmlElement checker) {
        Written.filled(checker, "exec")
                .filter(exec -> !context.site().isExecutableInBin(exec))
                .ifPresent(exec -> diagnostics.error(
                        checker,
                        "exec",
                        "\"" + exec + "\" is missing in the module's bin, or not executable",
                        "Add the program, and make it executable."));
    }

    private void checkWitness(XmlElement checker) {
        if (checker.has("ident", "uptodate")) {
            diagnostics.error(
                    checker, "ident", "splitbrain.uptodate is a resource of the engine", "Write witness, for example.");
        }
        Written.filled(checker, "arg").ifPresent(witnesses -> {
            for (var witness : witnesses.strip().split("\\s+", -1)) {
                if (!Addresses.isAddressOrName(Written.withoutBrackets(witness))) {
                    diagnostics.error(
                            checker,
                            "arg",
                            "\"" + witness + "\" is no address",
                            "Write addresses or names separated by blanks.");
                }
            }
        });
    }
}
