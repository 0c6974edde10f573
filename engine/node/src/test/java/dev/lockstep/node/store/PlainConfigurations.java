package dev.lockstep.node.store;

import dev.lockstep.core.config.BootMode;
import dev.lockstep.core.config.ClusterConfig;
import dev.lockstep.core.config.DefaultPrimary;
import dev.lockstep.core.config.FailoverConfig;
import dev.lockstep.core.config.LanConfig;
import dev.lockstep.core.config.LanNode;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.core.config.ServiceConfig;
import dev.lockstep.core.config.ServiceMode;
import dev.lockstep.core.config.UserConfig;
import dev.lockstep.node.Refusal;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A reader that knows just enough: nodes with addresses, and whether a file says {@code broken} or has {@code <user}. It warns of
 * every module, and remarks something on it and on a cluster with {@code laddr}.
 */
public final class PlainConfigurations implements Configurations {
    private static final Pattern NODE =
            Pattern.compile("node name=\"([^\"]*)\" addr=\"\\[?([^\"\\]]*)]?\"(?: laddr=\"([^\"]*)\")?");

    @Override
    public Parsed<ClusterConfig> cluster(byte[] content, String file) throws Refusal {
        String text = checked(content, file);
        List<LanNode> nodes = new ArrayList<>();
        Matcher matcher = NODE.matcher(text);
        while (matcher.find()) {
            nodes.add(new LanNode(matcher.group(1), matcher.group(2), Optional.ofNullable(matcher.group(3))));
        }
        return new Parsed<>(
                new ClusterConfig(
                        4800, Duration.ofMillis(100), 20, 10, List.of(new LanConfig("default", false, nodes))),
                new Advice(List.of(), text.contains("laddr") ? List.of(file + ":1:1: laddr says nothing") : List.of()),
                text);
    }

    @Override
    public Parsed<ClusterConfig> appliedCluster(byte[] content, String file) throws Refusal {
        return cluster(content, file);
    }

    @Override
    public Parsed<ModuleConfig> applied(byte[] content, String file, Surroundings surroundings) throws Refusal {
        return module(content, file, surroundings);
    }

    @Override
    public Parsed<ModuleConfig> module(byte[] content, String file, Surroundings surroundings) throws Refusal {
        String text = checked(content, file);
        Optional<UserConfig> user = text.contains("<user")
                ? Optional.of(
                        new UserConfig(Duration.ofMinutes(5), Duration.ofMinutes(5), true, 2048, new LinkedHashMap<>()))
                : Optional.empty();
        ModuleConfig config = new ModuleConfig(
                new ServiceConfig(
                        ServiceMode.MIRROR,
                        BootMode.IGNORE,
                        Duration.ZERO,
                        true,
                        new DefaultPrimary.Alone(),
                        3,
                        Duration.ofHours(24),
                        false),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                user,
                List.of(),
                Optional.empty(),
                List.of(),
                FailoverConfig.NONE);
        return new Parsed<>(
                config, new Advice(List.of("a warning"), List.of(file + ":1:1: a remark")), "<!-- expanded -->" + text);
    }

    private static String checked(byte[] content, String file) throws Refusal {
        String text = new String(content, StandardCharsets.UTF_8);
        if (text.contains("broken")) {
            throw new Refusal(Refusal.Kind.INVALID, file + " has faults.", file + ":1:1: broken", "Correct it.");
        }
        return text;
    }
}
