package dev.lockstep.config;

import static java.time.temporal.ChronoUnit.SECONDS;

import dev.lockstep.core.config.CheckerAction;
import dev.lockstep.core.config.CheckerConfig;
import dev.lockstep.core.config.Phase;
import dev.lockstep.core.config.ServiceMode;
import dev.lockstep.schema.userconfig.CheckType;
import dev.lockstep.schema.userconfig.CustomType;
import dev.lockstep.schema.userconfig.IntfType;
import dev.lockstep.schema.userconfig.IpType;
import dev.lockstep.schema.userconfig.ModuleToType;
import dev.lockstep.schema.userconfig.ModuleType;
import dev.lockstep.schema.userconfig.PingType;
import dev.lockstep.schema.userconfig.SplitbrainType;
import dev.lockstep.schema.userconfig.TcpType;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/** The part of {@link ModuleMapper} for checkers. */
final class CheckerMapper {
    private static final String LOCALHOST = "127.0.0.1";

    private CheckerMapper() {}

    static List<CheckerConfig> map(CheckType check, ServiceMode mode) {
        return check.getCheckers().stream()
                .map(checker -> checker(checker, mode))
                .toList();
    }

    private static CheckerConfig checker(Object checker, ServiceMode mode) {
        return switch (checker) {
            case TcpType tcp -> tcp(tcp);
            case PingType ping ->
                new CheckerConfig.Ping(
                        ping.getIdent(),
                        phase(ping.getWhen()),
                        action(ping.getAction(), CheckerAction.WAIT),
                        Written.withoutBrackets(ping.getTo().getAddr()),
                        Durations.valid(ping.getTo().getInterval(), SECONDS),
                        Durations.valid(ping.getTo().getTimeout(), SECONDS));
            case IntfType intf ->
                new CheckerConfig.Intf(
                        intf.getIdent(), Written.withoutBrackets(intf.getTo().getLocalAddr()));
            case IpType ip ->
                new CheckerConfig.Ip(
                        ip.getIdent(),
                        Optional.ofNullable(ip.getWhen())
                                .map(CheckerMapper::phase)
                                .orElse(mode == ServiceMode.MIRROR ? Phase.PRIM : Phase.BOTH),
                        Written.withoutBrackets(ip.getTo().getAddr()),
                        Durations.valid(ip.getTo().getInterval(), SECONDS));
            case CustomType custom ->
                new CheckerConfig.Custom(
                        custom.getIdent(),
                        phase(custom.getWhen()),
                        custom.getExec(),
                        Words.textIfWritten(custom.getArg()),
                        action(custom.getAction(), CheckerAction.NOACTION));
            case ModuleType module -> module(module);
            case SplitbrainType witness ->
                new CheckerConfig.SplitBrain(
                        witness.getIdent(),
                        Arrays.stream(witness.getArg().strip().split("\\s+", -1))
                                .map(Written::withoutBrackets)
                                .toList());
            default -> throw new IllegalArgumentException("no checker: " + checker.getClass());
        };
    }

    private static CheckerConfig tcp(TcpType tcp) {
        var when = phase(tcp.getWhen());
        return new CheckerConfig.Tcp(
                tcp.getIdent(),
                when,
                action(tcp.getAction(), when == Phase.PRE ? CheckerAction.WAIT : CheckerAction.RESTART),
                Written.withoutBrackets(tcp.getTo().getAddr()),
                Words.number(tcp.getTo().getPort()),
                Durations.valid(tcp.getTo().getInterval(), SECONDS),
                Durations.valid(tcp.getTo().getTimeout(), SECONDS));
    }

    private static CheckerConfig module(ModuleType module) {
        var to = Optional.ofNullable(module.getTo()).orElseGet(CheckerMapper::here);
        return new CheckerConfig.OtherModule(
                Optional.ofNullable(module.getIdent()).orElse(module.getName() + "_" + to.getAddr()),
                module.getName(),
                Written.withoutBrackets(to.getAddr()),
                Words.number(to.getPort()),
                Durations.valid(to.getInterval(), SECONDS),
                Durations.valid(to.getTimeout(), SECONDS),
                Words.on(to.getSecure()));
    }

    /** What {@code to} is when it is not written. */
    private static ModuleToType here() {
        var to = new ModuleToType();
        to.setAddr(LOCALHOST);
        to.setPort("9010");
        return to;
    }

    private static Phase phase(String word) {
        return Words.constant(Phase.class, word);
    }

    private static CheckerAction action(String word, CheckerAction otherwise) {
        return word == null ? otherwise : Words.constant(CheckerAction.class, word);
    }
}
