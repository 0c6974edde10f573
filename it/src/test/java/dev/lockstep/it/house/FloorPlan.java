package dev.lockstep.it.house;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.lang.ArchRule;
import com.tngtech.archunit.lang.EvaluationResult;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The arrows of the house: what each part may know of the others, and what deciding code may not touch at all. */
final class FloorPlan {
    private static final String HOUSE = "dev.lockstep";

    /** For each part, the other parts it may depend on. Nobody may depend on a plugin, so no plugin appears on the right. */
    private static final Map<String, List<String>> ARROWS = new TreeMap<>(Map.of(
            "schema", List.of(),
            "api", List.of(),
            "core", List.of("api"),
            "config", List.of("api", "core", "schema"),
            "replication", List.of("api", "core"),
            "node", List.of("api", "core", "config", "replication"),
            "cli", List.of(),
            "mina", List.of("api"),
            "fuse", List.of("api")));

    private FloorPlan() {}

    /** One sentence for each dependency that the plan does not allow. */
    static List<String> breaches(JavaClasses classes) {
        List<String> breaches = new ArrayList<>();
        rules().map(rule -> rule.allowEmptyShould(true).evaluate(classes))
                .map(EvaluationResult::getFailureReport)
                .forEach(report -> breaches.addAll(report.getDetails()));
        return breaches;
    }

    /** Classes that live in no part of the plan: a new part needs its arrows written down first. */
    static List<String> homeless(JavaClasses classes) {
        return classes.stream()
                .map(JavaClass::getPackageName)
                .filter(name -> ARROWS.keySet().stream()
                        .noneMatch(
                                part -> name.equals(HOUSE + "." + part) || name.startsWith(HOUSE + "." + part + ".")))
                .distinct()
                .sorted()
                .toList();
    }

    private static Stream<ArchRule> rules() {
        return Stream.concat(
                ARROWS.entrySet().stream().map(arrow -> only(arrow.getKey(), arrow.getValue())), coreRules());
    }

    private static ArchRule only(String part, List<String> known) {
        String[] allowed = Stream.concat(Stream.of(part), known.stream())
                .map(name -> HOUSE + "." + name + "..")
                .toArray(String[]::new);
        DescribedPredicate<JavaClass> elsewhere = resideInAPackage(HOUSE + "..")
                .and(DescribedPredicate.not(resideInAnyPackage(allowed)))
                .as("parts of the house other than %s", known);
        return noClasses()
                .that()
                .resideInAPackage(HOUSE + "." + part + "..")
                .should()
                .dependOnClassesThat(elsewhere);
    }

    /** Decisions are pure: no input or output, no threads, no clock, no logging, no chance. */
    private static Stream<ArchRule> coreRules() {
        DescribedPredicate<JavaClass> acting = resideInAnyPackage(
                        "java.io..",
                        "java.net..",
                        "java.nio.channels..",
                        "java.nio.file..",
                        "java.util.concurrent..",
                        "java.util.logging..",
                        "org.slf4j..")
                .or(DescribedPredicate.describe(
                        "threads, processes and chance",
                        type -> List.of(
                                        "java.lang.Thread",
                                        "java.lang.Runtime",
                                        "java.lang.Process",
                                        "java.lang.ProcessBuilder",
                                        "java.util.Random",
                                        "java.util.Timer",
                                        "java.time.Clock")
                                .contains(type.getName())));
        return Stream.of(
                noClasses()
                        .that()
                        .resideInAPackage(HOUSE + ".core..")
                        .should()
                        .dependOnClassesThat(acting.as("input, output, threads, clocks, loggers or chance")),
                clock("currentTimeMillis"),
                clock("nanoTime"));
    }

    private static ArchRule clock(String method) {
        return noClasses().that().resideInAPackage(HOUSE + ".core..").should().callMethod(System.class, method);
    }
}
