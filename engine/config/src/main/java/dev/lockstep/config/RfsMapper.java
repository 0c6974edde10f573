package dev.lockstep.config;

import static java.time.temporal.ChronoUnit.MILLIS;
import static java.time.temporal.ChronoUnit.MINUTES;
import static java.time.temporal.ChronoUnit.SECONDS;

import dev.lockstep.core.config.AsyncMode;
import dev.lockstep.core.config.NamespacePolicy;
import dev.lockstep.core.config.PathExpression;
import dev.lockstep.core.config.ReplicatedDirectory;
import dev.lockstep.core.config.RfsConfig;
import dev.lockstep.core.config.RfsConfig.RfsTuning;
import dev.lockstep.core.config.RfsConfig.RfsWindows;
import dev.lockstep.schema.userconfig.FlowType;
import dev.lockstep.schema.userconfig.NotreplicatedType;
import dev.lockstep.schema.userconfig.ReplicatedType;
import dev.lockstep.schema.userconfig.RfsType;
import dev.lockstep.schema.userconfig.ServerType;
import dev.lockstep.schema.userconfig.TocheckType;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;

/** The part of {@link ModuleMapper} for replicated directories. */
final class RfsMapper {
    private RfsMapper() {}

    static RfsConfig map(RfsType rfs, Platform platform) {
        var flow = of(rfs.getContent(), FlowType.class).findFirst();
        return new RfsConfig(
                of(rfs.getContent(), ReplicatedType.class)
                        .map(replicated -> directory(replicated, platform))
                        .toList(),
                async(rfs.getAsync()),
                flow.map(FlowType::getName).filter(name -> !name.isBlank()),
                flow.map(found -> found.getServer().stream()
                                .map(ServerType::getAddr)
                                .toList())
                        .orElse(List.of()),
                tuning(rfs, platform),
                policy(rfs.getNamespacepolicy(), platform),
                Words.on(rfs.getAcl()),
                Words.on(rfs.getReidetail()),
                Words.on(rfs.getScripts()),
                Durations.valid(rfs.getSyncdelta(), MINUTES),
                Words.textIfWritten(rfs.getSyncat()),
                new RfsWindows(
                        Durations.valid(rfs.getIotimeout(), SECONDS),
                        rfs.getRoflags().equals("0x10000"),
                        Words.number(rfs.getAllocthreshold()),
                        rfs.getNfsboxOptions().equals("cross")));
    }

    private static AsyncMode async(String written) {
        if (written == null) {
            return AsyncMode.DURABLE_AT_SYNC;
        }
        return written.equals("none") ? AsyncMode.NONE : AsyncMode.SECOND;
    }

    /** The policies of Windows mean nothing elsewhere: the default is used. */
    private static NamespacePolicy policy(String written, Platform platform) {
        return switch (written) {
            case "0" -> NamespacePolicy.WHOLE_FILES;
            case "1" ->
                platform == Platform.WINDOWS ? NamespacePolicy.NO_ZONES_AFTER_REBOOT : NamespacePolicy.RESUMABLE;
            case "3" -> platform == Platform.WINDOWS ? NamespacePolicy.JOURNAL : NamespacePolicy.RESUMABLE;
            default -> NamespacePolicy.RESUMABLE;
        };
    }

    private static RfsTuning tuning(RfsType rfs, Platform platform) {
        var packet = platform == Platform.LINUX ? Words.numberIfWritten(rfs.getPacketsize()) : OptionalInt.empty();
        var reintegration = Words.numberIfWritten(rfs.getReipacketsize());
        int reintegrationSize =
                reintegration.orElse(Math.min(RfsTuning.DEFAULT_SIZE, packet.orElse(RfsTuning.DEFAULT_SIZE)));
        int zone = Words.numberIfWritten(rfs.getRuzoneBlocksize()).orElse(reintegration.orElse(RfsTuning.DEFAULT_SIZE));
        return new RfsTuning(
                packet,
                reintegrationSize,
                zone,
                Durations.valid(rfs.getLocktimeout(), SECONDS),
                Durations.valid(rfs.getSendtimeout(), SECONDS),
                Durations.valid(rfs.getReitimeout(), SECONDS),
                Words.number(rfs.getNbrei()),
                Words.number(rfs.getReicommit()),
                Words.numberIfWritten(rfs.getReiallowedbw()),
                Words.number(rfs.getNbremconn()),
                Durations.valid(rfs.getChecktime(), MILLIS),
                Durations.valid(rfs.getCheckintv(), SECONDS));
    }

    private static ReplicatedDirectory directory(ReplicatedType replicated, Platform platform) {
        var paths = new ArrayList<String>();
        var expressions = new ArrayList<PathExpression>();
        of(replicated.getContent(), NotreplicatedType.class).forEach(left -> {
            Optional.ofNullable(left.getPath()).ifPresent(path -> paths.add(ReplicatedPath.relative(path, platform)));
            Optional.ofNullable(left.getRegexpath())
                    .ifPresent(written -> expressions.add(expression(written, platform)));
        });
        return new ReplicatedDirectory(
                ReplicatedPath.normalized(replicated.getDir(), platform),
                replicated.getMode() != null,
                of(replicated.getContent(), TocheckType.class)
                        .map(check -> ReplicatedPath.relative(check.getPath(), platform))
                        .toList(),
                paths,
                expressions);
    }

    private static PathExpression expression(String written, Platform platform) {
        boolean only = written.startsWith("!");
        var posix = only ? written.substring(1) : written;
        return new PathExpression(posix, Words.expression(posix), only, platform == Platform.WINDOWS);
    }

    private static <T> Stream<T> of(List<Object> content, Class<T> type) {
        return content.stream().filter(type::isInstance).map(type::cast);
    }
}
