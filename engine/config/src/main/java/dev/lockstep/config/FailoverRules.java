package dev.lockstep.config;

import dev.lockstep.config.rules.RuleSection;
import dev.lockstep.config.rules.RuleSection.At;
import dev.lockstep.config.rules.RuleSection.Language;
import dev.lockstep.config.rules.RuleSection.Remark;
import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.config.xml.XmlText;
import dev.lockstep.core.config.Condition;
import dev.lockstep.core.config.Condition.And;
import dev.lockstep.core.config.Condition.Comparison;
import dev.lockstep.core.config.Condition.Not;
import dev.lockstep.core.config.Condition.Or;
import dev.lockstep.core.config.Condition.Resource;
import dev.lockstep.core.config.FailoverRule;
import dev.lockstep.core.config.ServiceMode;
import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/** Rules on failover rules: their syntax, their labels, and whether what they look at exists. */
final class FailoverRules {
    /** Default rules an integrator may switch off. */
    static final Set<String> CHECKER_DEFAULTS =
            Set.of("module_failure", "interface_failure", "ip_failure", "splitbrain_failure");

    /** Rules that guard the data. */
    private static final Set<String> GUARDS = Set.of(
            "notuptodate_server",
            "rfs_notuptodate_server",
            "degraded_server",
            "rfs_degraded_server",
            "rfs_syncat_wait",
            "rfs_forceuptodate",
            "Implicit_wakeup");

    /** Default rules of older versions, whose work is done by generated rules. */
    private static final Set<String> FORMER = Set.of("tcp_failure", "ping_failure");

    private static final Map<String, String> GENERATED_PREFIX = Map.of("tcp", "t_", "ping", "p_", "custom", "c_");

    private final XmlElement service;
    private final XmlElement failover;
    private final Diagnostics diagnostics;
    private final ResourceProducers producers;

    private FailoverRules(XmlElement service, XmlElement failover, ModuleContext context, Diagnostics diagnostics) {
        this.service = service;
        this.failover = failover;
        this.diagnostics = diagnostics;
        this.producers = ResourceProducers.of(service, context);
    }

    static void check(XmlElement service, ModuleContext context, Diagnostics diagnostics) {
        checkGeneratedLabels(service, diagnostics);
        service.children("failover").forEach(failover -> {
            var rules = new FailoverRules(service, failover, context, diagnostics);
            rules.checkTimes();
            rules.checkSections();
        });
    }

    /** The sections with something in them, text outside CDATA included. */
    static List<XmlText> sections(XmlElement failover) {
        return failover.texts().stream().filter(text -> !text.isBlank()).toList();
    }

    /** The labels of the rules that checkers bring, each with its checker. */
    private static Map<String, XmlElement> generatedLabels(XmlElement service) {
        var labels = new LinkedHashMap<String, XmlElement>();
        service.descend("check").flatMap(check -> check.children().stream()).forEach(checker -> {
            var prefix = GENERATED_PREFIX.get(checker.name());
            boolean acts = CheckerRules.action(checker)
                    .filter(action -> !action.equals("noaction"))
                    .isPresent();
            if (prefix != null && acts) {
                CheckerRules.ident(checker).ifPresent(ident -> labels.putIfAbsent(prefix + ident, checker));
            }
        });
        return labels;
    }

    private static void checkGeneratedLabels(XmlElement service, Diagnostics diagnostics) {
        generatedLabels(service).forEach((label, checker) -> {
            if (CHECKER_DEFAULTS.contains(label) || GUARDS.contains(label)) {
                diagnostics.error(
                        checker,
                        "ident",
                        "its rule would have the label " + label + " of a default rule",
                        "Use another ident.");
            }
        });
    }

    private void checkTimes() {
        var period = Written.time(failover, "period", ChronoUnit.MILLIS).orElse(Duration.ofSeconds(5));
        var handleTime =
                Written.time(failover, "handle_time", ChronoUnit.MILLIS).orElse(Duration.ofSeconds(15));
        if (period.isPositive() && handleTime.toMillis() % period.toMillis() != 0) {
            diagnostics.error(
                    failover,
                    failover.attribute("handle_time").isPresent() ? "handle_time" : "period",
                    "the handle_time of " + handleTime.toMillis() + " ms is no multiple of the period of "
                            + period.toMillis() + " ms",
                    "Write, for example, handle_time=\""
                            + Math.max(1, handleTime.toMillis() / period.toMillis()) * period.toMillis() + "ms\".");
        }
    }

    private void checkSections() {
        var disabled = new HashSet<String>();
        var labels = new HashMap<String, String>();
        var read = new ArrayList<Map.Entry<XmlText, RuleSection>>();
        for (var text : sections(failover)) {
            var section = RuleSection.read(text.text());
            section.remarks().forEach(remark -> report(text, remark));
            section.disabled().forEach(label -> disabled.add(label.value()));
            read.add(Map.entry(text, section));
        }
        boolean hasGroovy = read.stream().anyMatch(entry -> entry.getValue().language() == Language.GROOVY);
        for (var entry : read) {
            var text = entry.getKey();
            entry.getValue().disabled().forEach(label -> checkDisabled(text, label, entry.getValue(), hasGroovy));
            entry.getValue().rules().forEach(rule -> checkRule(text, rule, disabled, labels));
        }
    }

    private void report(XmlText text, Remark remark) {
        diagnostics.at(
                remark.doubt() ? Severity.WARNING : Severity.ERROR,
                text.placeAt(remark.offset()),
                "failover",
                remark.problem(),
                remark.remedy());
    }

    private void checkDisabled(XmlText text, At<String> label, RuleSection section, boolean hasGroovy) {
        var place = text.placeAt(label.offset());
        if (GUARDS.contains(label.value())) {
            diagnostics.at(
                    Severity.ERROR,
                    place,
                    "failover",
                    "the rule " + label.value() + " guards the data and cannot be switched off",
                    "Remove this line.");
        } else if (FORMER.contains(label.value())) {
            diagnostics.at(
                    Severity.INFO,
                    place,
                    "failover",
                    label.value() + " is a default rule of older versions; each checker has its own rule now",
                    "");
        } else {
            var known = new TreeSet<String>(CHECKER_DEFAULTS);
            known.addAll(generatedLabels(service).keySet());
            section.rules().forEach(rule -> known.add(rule.value().label()));
            if (!known.contains(label.value()) && !hasGroovy) {
                diagnostics.at(
                        Severity.WARNING,
                        place,
                        "failover",
                        "there is no rule " + label.value() + " to switch off",
                        NearestName.remedy(label.value(), known));
            }
        }
    }

    private void checkRule(XmlText text, At<FailoverRule> rule, Set<String> disabled, Map<String, String> labels) {
        var label = rule.value().label();
        var place = text.placeAt(rule.offset());
        boolean defaultsDropped = failover.has("extends", "no");
        String owner = labels.putIfAbsent(label, "the rule at line " + place.line());
        if (owner == null && !disabled.contains(label)) {
            boolean taken = GUARDS.contains(label) || (CHECKER_DEFAULTS.contains(label) && !defaultsDropped);
            var checker = generatedLabels(service).get(label);
            owner = taken
                    ? "a default rule"
                    : checker == null
                            ? null
                            : "the rule of the " + checker.name() + " at line "
                                    + checker.place().line();
        }
        if (owner != null) {
            diagnostics.at(
                    Severity.ERROR,
                    place,
                    "failover",
                    "the label " + label + " is that of " + owner,
                    "Give each rule its own label, or switch the other off.");
        }
        resources(rule.value().when()).distinct().forEach(resource -> checkResource(text, rule, resource));
    }

    private void checkResource(XmlText text, At<FailoverRule> rule, Resource resource) {
        var place = text.placeAt(rule.offset());
        var label = rule.value().label();
        if (resource.remote()
                && Written.mode(service)
                        .filter(mode -> mode != ServiceMode.MIRROR)
                        .isPresent()) {
            diagnostics.at(
                    Severity.ERROR,
                    place,
                    "failover",
                    "the rule " + label + " looks at " + resource.text()
                            + ", and only a mirror knows its peer's resources",
                    "Use local resources.");
            return;
        }
        if (!producers.produces(resource)) {
            boolean waits = rule.value().then() == FailoverRule.Action.WAIT;
            diagnostics.at(
                    Severity.WARNING,
                    place,
                    "failover",
                    "nothing in this module sets " + resource.text() + ", at which the rule " + label + " looks"
                            + (waits ? ": the module would wait for ever" : ""),
                    NearestName.of(resource.resourceClass() + "." + resource.id(), producers.names())
                            .map(near -> "Did you mean " + near + "?")
                            .orElse("Add a checker for it, or correct the name."));
        }
    }

    private static Stream<Resource> resources(Condition condition) {
        return switch (condition) {
            case And(Condition left, Condition right) -> Stream.concat(resources(left), resources(right));
            case Or(Condition left, Condition right) -> Stream.concat(resources(left), resources(right));
            case Not(Condition inner) -> resources(inner);
            case Comparison(Resource left, boolean _, Resource right) -> Stream.of(left, right);
            case Comparison(Resource left, boolean _, Condition.State _) -> Stream.of(left);
        };
    }
}
