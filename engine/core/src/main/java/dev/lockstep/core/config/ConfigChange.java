package dev.lockstep.core.config;

import java.util.List;
import java.util.Objects;
import java.util.function.Function;

/**
 * What differs between two configurations of a module, and whether it may change while the module runs.
 *
 * @param parts what differs, in the order of the language
 */
public record ConfigChange(List<Part> parts) {

    /** Copies the list. */
    public ConfigChange {
        parts = List.copyOf(parts);
    }

    /**
     * One part that differs.
     *
     * @param name the element, or the attribute as {@code element@attribute}
     * @param whileRunning whether it may change while the module runs
     */
    public record Part(String name, boolean whileRunning) {}

    private record Row(String name, boolean whileRunning, Function<ModuleConfig, Object> part) {}

    private static final List<Row> ROWS = List.of(
            stopped("service@mode", config -> config.service().mode()),
            running("service@boot", config -> config.service().boot()),
            running("service@boot_delay", config -> config.service().bootDelay()),
            stopped("service@failover", config -> config.service().failover()),
            stopped("service@defaultprim", config -> config.service().defaultPrimary()),
            running("service@maxloop", config -> config.service().maxLoop()),
            running("service@loop_interval", config -> config.service().loopInterval()),
            running("service@automatic_reboot", config -> config.service().automaticReboot()),
            running("heart", ModuleConfig::heart),
            stopped("farm", ModuleConfig::farm),
            stopped("rfs", config -> config.rfs().isPresent()),
            stopped("replicated", rfs(RfsConfig::directories)),
            running("rfs@async", rfs(RfsConfig::async)),
            running("rfs@nbrei", tuning(RfsConfig.RfsTuning::parallelReintegrations)),
            running("rfs@reitimeout", tuning(RfsConfig.RfsTuning::reintegrationTimeout)),
            running("rfs@reidetail", rfs(RfsConfig::reintegrationDetail)),
            running("flow", rfs(rfs -> List.of(rfs.flowLan(), rfs.flowAddresses()))),
            stopped("rfs@packetsize", tuning(RfsConfig.RfsTuning::packetSize)),
            stopped("rfs@reipacketsize", tuning(RfsConfig.RfsTuning::reintegrationPacketSize)),
            stopped("rfs@ruzone_blocksize", tuning(RfsConfig.RfsTuning::zoneSize)),
            stopped("rfs@locktimeout", tuning(RfsConfig.RfsTuning::lockTimeout)),
            stopped("rfs@sendtimeout", tuning(RfsConfig.RfsTuning::sendTimeout)),
            stopped("rfs@reicommit", tuning(RfsConfig.RfsTuning::reintegrationCommit)),
            stopped("rfs@reiallowedbw", tuning(RfsConfig.RfsTuning::reintegrationBandwidth)),
            stopped("rfs@nbremconn", tuning(RfsConfig.RfsTuning::connections)),
            stopped("rfs@checktime", tuning(RfsConfig.RfsTuning::checkTime)),
            stopped("rfs@checkintv", tuning(RfsConfig.RfsTuning::checkInterval)),
            stopped("rfs@namespacepolicy", rfs(RfsConfig::namespacePolicy)),
            stopped("rfs@acl", rfs(RfsConfig::acl)),
            stopped("rfs@scripts", rfs(RfsConfig::scripts)),
            stopped("rfs@syncdelta", rfs(RfsConfig::syncDelta)),
            stopped("rfs@syncat", rfs(RfsConfig::syncAt)),
            stopped("rfs (Windows settings)", rfs(RfsConfig::windows)),
            stopped("vip", ModuleConfig::vip),
            running("user", ModuleConfig::user),
            stopped("vhost", ModuleConfig::virtualHostNames),
            running("errd", ModuleConfig::errd),
            running("check", ModuleConfig::checkers),
            stopped("failover", ModuleConfig::failover));

    /** Compares two configurations, both with their macros expanded: a macro counts by its effect. */
    public static ConfigChange between(ModuleConfig before, ModuleConfig after) {
        return new ConfigChange(ROWS.stream()
                .filter(row ->
                        !Objects.equals(row.part().apply(before), row.part().apply(after)))
                .map(row -> new Part(row.name(), row.whileRunning()))
                .toList());
    }

    /** Whether nothing differs. */
    public boolean isEmpty() {
        return parts.isEmpty();
    }

    /** Whether all of it may change while the module runs; otherwise nothing of it is applied until it is stopped. */
    public boolean isPossibleWhileRunning() {
        return parts.stream().allMatch(Part::whileRunning);
    }

    /** Names of the parts for which the module must be stopped. */
    public List<String> needsStop() {
        return parts.stream()
                .filter(part -> !part.whileRunning())
                .map(Part::name)
                .toList();
    }

    private static Row running(String name, Function<ModuleConfig, Object> part) {
        return new Row(name, true, part);
    }

    private static Row stopped(String name, Function<ModuleConfig, Object> part) {
        return new Row(name, false, part);
    }

    private static Function<ModuleConfig, Object> rfs(Function<RfsConfig, Object> part) {
        return config -> config.rfs().map(part);
    }

    private static Function<ModuleConfig, Object> tuning(Function<RfsConfig.RfsTuning, Object> part) {
        return config -> config.rfs().map(RfsConfig::tuning).map(part);
    }
}
