package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.core.config.ServiceMode;
import java.util.List;
import java.util.Set;

/** Rules on the supervision of processes. */
final class ErrdRules {
    /** Classes that follow the scripts of the same name. */
    static final Set<String> STANDARD_CLASSES = Set.of("prim", "both", "second", "sec", "pre");

    /** Actions that are no program of the module. */
    static final Set<String> STANDARD_ACTIONS = Set.of("restart", "stopstart", "stop", "noaction");

    private static final int LINUX_COMMAND_MAX = 15;
    private static final int NAME_MAX = 63;

    private final XmlElement service;
    private final ModuleContext context;
    private final Diagnostics diagnostics;

    private ErrdRules(XmlElement service, ModuleContext context, Diagnostics diagnostics) {
        this.service = service;
        this.context = context;
        this.diagnostics = diagnostics;
    }

    static void check(XmlElement service, ModuleContext context, Diagnostics diagnostics) {
        var rules = new ErrdRules(service, context, diagnostics);
        service.children("errd").forEach(errd -> {
            if (service.child("user").isEmpty()) {
                diagnostics.error(errd, "supervision needs the scripts of the module", "Add <user/>.");
            }
            errd.children("proc").forEach(rules::checkProcess);
        });
    }

    private void checkProcess(XmlElement process) {
        boolean isService = process.has("service", "yes");
        checkName(process, isService);
        checkBounds(process);
        checkAction(process, isService);
        for (var attribute : List.of("nameregex", "argregex")) {
            Written.filled(process, attribute).ifPresent(expression -> {
                checkExpression(process, attribute, expression);
                if (isService) {
                    diagnostics.error(
                            process,
                            attribute,
                            "a service is found by its name only",
                            "Remove it, or service=\"yes\".");
                }
            });
        }
        var named = Written.filled(process, "class").orElse("");
        if (Written.mode(service).filter(mode -> mode != ServiceMode.MIRROR).isPresent()
                && Set.of("prim", "second", "sec").contains(named)) {
            diagnostics.warn(
                    process,
                    "class",
                    "there is no " + named + " in this mode, the process is never supervised",
                    "Write both.");
        }
    }

    private void checkName(XmlElement process, boolean isService) {
        boolean byExpression = process.attribute("nameregex").isPresent();
        int max = isService || byExpression || context.platform() == Platform.WINDOWS ? NAME_MAX : LINUX_COMMAND_MAX;
        Written.filled(process, "name")
                .filter(name -> name.length() > max)
                .ifPresent(name -> diagnostics.error(
                        process,
                        "name",
                        "\"" + name + "\" has " + name.length() + " characters, more than " + max,
                        max == LINUX_COMMAND_MAX
                                ? "Write the first 15 characters, as the system shows the command, or use argregex."
                                : "Write a shorter name."));
    }

    private void checkBounds(XmlElement process) {
        int atLeast = Written.whole(process, "atleast").orElse(1);
        int atMax = Written.whole(process, "atmax").orElse(-1);
        if (atLeast == -1 && atMax == -1) {
            diagnostics.warn(
                    process, "atleast", "neither atleast nor atmax bounds the process", "Give one of them a bound.");
        } else if (atMax >= 0 && atLeast > atMax) {
            diagnostics.warn(
                    process,
                    process.attribute("atmax").isPresent() ? "atmax" : "atleast",
                    "at least " + atLeast + " and at most " + atMax + " can never be true together",
                    atMax == 0 ? "Write atleast=\"-1\" with atmax=\"0\"." : "Correct one of them.");
        }
    }

    private void checkAction(XmlElement process, boolean isService) {
        var action = process.value("action").orElse("stopstart");
        if (process.attribute("restart_services").isPresent() && !(isService && action.equals("restart"))) {
            diagnostics.error(
                    process,
                    "restart_services",
                    "it needs service=\"yes\" and action=\"restart\"",
                    "Add them, or remove restart_services.");
        }
        if (STANDARD_ACTIONS.contains(action) || action.isBlank()) {
            return;
        }
        var named = Written.filled(process, "class").orElse("");
        if (STANDARD_CLASSES.contains(named)) {
            diagnostics.error(
                    process,
                    "class",
                    "the handler " + action + " needs a class of its own, and " + named + " is a standard one",
                    "Write another name, and enable that class in the start script.");
        }
        if (!context.site().isExecutableInBin(action)) {
            diagnostics.error(
                    process,
                    "action",
                    "\"" + action + "\" is neither an action nor a program in the module's bin",
                    NearestName.of(action, STANDARD_ACTIONS)
                            .map(near -> "Did you mean \"" + near + "\"?")
                            .orElse("Add the program to bin, executable, or write restart, stopstart,"
                                    + " stop or noaction."));
        }
    }

    private void checkExpression(XmlElement process, String attribute, String expression) {
        try {
            PosixExpression.translate(expression);
        } catch (PosixExpression.Invalid invalid) {
            diagnostics.error(
                    process,
                    attribute,
                    "\"" + expression + "\" is no POSIX extended regular expression: " + invalid.getMessage(),
                    "Correct it.");
        }
    }
}
