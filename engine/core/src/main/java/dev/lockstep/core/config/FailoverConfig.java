package dev.lockstep.core.config;

import java.time.Duration;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * Failover rules of the integrator.
 *
 * @param extendsDefaults whether they are added to the default rules; default yes
 * @param period time between two evaluations; default 5 s
 * @param handleTime time an action must stay the same before it is applied; default 15 s
 * @param rules the rules, in file order
 * @param disabled labels of the default or generated rules that are switched off
 * @param groovySections text of the sections in Groovy, as written
 */
public record FailoverConfig(
        boolean extendsDefaults,
        Duration period,
        Duration handleTime,
        List<FailoverRule> rules,
        Set<String> disabled,
        List<String> groovySections) {

    /** No {@code failover} element: default and generated rules only. */
    public static final FailoverConfig NONE =
            new FailoverConfig(true, Duration.ofSeconds(5), Duration.ofSeconds(15), List.of(), Set.of(), List.of());

    /** Copies the collections. */
    public FailoverConfig {
        rules = List.copyOf(rules);
        disabled = Collections.unmodifiableSet(new LinkedHashSet<>(disabled));
        groovySections = List.copyOf(groovySections);
    }
}
