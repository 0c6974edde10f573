package dev.lockstep.config;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.lockstep.core.config.VipConfig;
import dev.lockstep.core.config.VipConfig.Binding;
import dev.lockstep.core.config.VipConfig.Filter;
import dev.lockstep.core.config.VipConfig.HostPower;
import dev.lockstep.core.config.VipConfig.LoadBalancingGroup;
import dev.lockstep.core.config.VipConfig.LoadBalancingRule;
import dev.lockstep.core.config.VipConfig.Protocol;
import dev.lockstep.core.config.VipConfig.VipInterface;
import dev.lockstep.core.config.VipConfig.VirtualAddress;
import dev.lockstep.core.config.VipConfig.Where;
import dev.lockstep.schema.userconfig.GroupClusterType;
import dev.lockstep.schema.userconfig.GroupType;
import dev.lockstep.schema.userconfig.InterfaceType;
import dev.lockstep.schema.userconfig.RuleType;
import dev.lockstep.schema.userconfig.VipType;
import dev.lockstep.schema.userconfig.VirtualAddrType;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/** The part of {@link ModuleMapper} for virtual addresses. */
final class VipMapper {
    private VipMapper() {}

    static VipConfig map(VipType vip) {
        return new VipConfig(
                Words.on(vip.getTcpreset()),
                Words.on(vip.getScriptcontrol()),
                Optional.ofNullable(vip.getInterfaceList())
                        .map(list -> list.getInterface().stream()
                                .map(VipMapper::networkInterface)
                                .toList())
                        .orElse(List.of()),
                Optional.ofNullable(vip.getLoadbalancingList())
                        .map(list ->
                                list.getGroup().stream().map(VipMapper::group).toList())
                        .orElse(List.of()));
    }

    private static VipInterface networkInterface(InterfaceType written) {
        var virtual = Optional.ofNullable(written.getVirtualInterface());
        var addresses = virtual.map(found -> found.getVirtualAddr())
                .orElseGet(() -> written.getRealInterface().getVirtualAddr());
        return new VipInterface(
                Words.on(written.getCheck()),
                Words.on(written.getArpreroute()),
                Durations.valid(written.getArpinterval(), SECONDS),
                Durations.valid(written.getArpelapse(), SECONDS),
                Words.textIfWritten(written.getName()),
                virtual.map(found -> Words.constant(Binding.class, found.getType()))
                        .orElse(Binding.REAL),
                virtual.flatMap(found -> Words.textIfWritten(found.getAddr())),
                addresses.stream().map(VipMapper::address).toList());
    }

    private static VirtualAddress address(VirtualAddrType written) {
        return new VirtualAddress(
                Written.withoutBrackets(written.getAddr()),
                Optional.ofNullable(written.getWhere())
                        .map(where -> Words.constant(Where.class, where))
                        .orElse(Where.ALIAS),
                Words.on(written.getCheck()),
                Words.on(written.getConnections()),
                Words.textIfWritten(written.getNetmask()));
    }

    private static LoadBalancingGroup group(GroupType written) {
        return new LoadBalancingGroup(
                written.getName(),
                written.getContent().stream()
                        .filter(GroupClusterType.class::isInstance)
                        .flatMap(members -> ((GroupClusterType) members).getHost().stream())
                        .map(host -> new HostPower(host.getName(), Words.number(host.getPower())))
                        .toList(),
                written.getContent().stream()
                        .filter(RuleType.class::isInstance)
                        .map(rule -> rule((RuleType) rule))
                        .toList());
    }

    private static LoadBalancingRule rule(RuleType written) {
        return new LoadBalancingRule(
                Optional.of(written.getVirtualAddr()).filter(address -> !address.equals("*")),
                written.getPort().equals("*") ? OptionalInt.empty() : Words.numberIfWritten(written.getPort()),
                Words.constant(Protocol.class, written.getProto()),
                Words.constant(Filter.class, written.getFilter()));
    }
}
