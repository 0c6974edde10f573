package dev.lockstep.config;

import static java.time.temporal.ChronoUnit.HOURS;
import static java.time.temporal.ChronoUnit.MILLIS;
import static java.time.temporal.ChronoUnit.SECONDS;

import dev.lockstep.config.rules.RuleSection;
import dev.lockstep.config.rules.RuleSection.At;
import dev.lockstep.config.rules.RuleSection.Language;
import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.config.xml.XmlText;
import dev.lockstep.core.config.BootMode;
import dev.lockstep.core.config.DefaultPrimary;
import dev.lockstep.core.config.ErrdConfig;
import dev.lockstep.core.config.ErrdConfig.ProcessConfig;
import dev.lockstep.core.config.FailoverConfig;
import dev.lockstep.core.config.FailoverRule;
import dev.lockstep.core.config.FarmConfig;
import dev.lockstep.core.config.FarmConfig.FarmLan;
import dev.lockstep.core.config.HeartConfig;
import dev.lockstep.core.config.HeartbeatConfig;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.core.config.Phase;
import dev.lockstep.core.config.ServiceConfig;
import dev.lockstep.core.config.ServiceMode;
import dev.lockstep.core.config.UserConfig;
import dev.lockstep.core.config.VirtualHostName;
import dev.lockstep.schema.userconfig.ErrdType;
import dev.lockstep.schema.userconfig.FailoverType;
import dev.lockstep.schema.userconfig.FarmNodeType;
import dev.lockstep.schema.userconfig.FarmType;
import dev.lockstep.schema.userconfig.HeartType;
import dev.lockstep.schema.userconfig.HeartbeatType;
import dev.lockstep.schema.userconfig.ProcType;
import dev.lockstep.schema.userconfig.ServerType;
import dev.lockstep.schema.userconfig.ServiceType;
import dev.lockstep.schema.userconfig.UserType;
import dev.lockstep.schema.userconfig.VarType;
import dev.lockstep.schema.userconfig.VhostType;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Turns the objects bound to a document that passed every check into the values of the model. Defaults that are constants
 * come from the schema; those that depend on something else are applied here.
 */
final class ModuleMapper {
    private final XmlElement serviceElement;
    private final ModuleContext context;

    private ModuleMapper(XmlElement serviceElement, ModuleContext context) {
        this.serviceElement = serviceElement;
        this.context = context;
    }

    static ModuleConfig map(ServiceType service, XmlElement serviceElement, ModuleContext context) {
        return new ModuleMapper(serviceElement, context).module(service);
    }

    private ModuleConfig module(ServiceType service) {
        var mode = Words.constant(ServiceMode.class, service.getMode());
        return new ModuleConfig(
                service(service, mode),
                Optional.ofNullable(service.getHeart()).map(this::heart),
                Optional.ofNullable(service.getFarm()).map(this::farm),
                Optional.ofNullable(service.getRfs()).map(rfs -> RfsMapper.map(rfs, context.platform())),
                Optional.ofNullable(service.getVip()).map(VipMapper::map),
                Optional.ofNullable(service.getUser()).map(this::user),
                Optional.ofNullable(service.getVhost()).map(this::hostNames).orElse(List.of()),
                Optional.ofNullable(service.getErrd()).map(this::errd),
                Optional.ofNullable(service.getCheck())
                        .map(check -> CheckerMapper.map(check, mode))
                        .orElse(List.of()),
                Optional.ofNullable(service.getFailoverRules())
                        .map(this::failover)
                        .orElse(FailoverConfig.NONE));
    }

    private ServiceConfig service(ServiceType service, ServiceMode mode) {
        return new ServiceConfig(
                mode,
                Words.constant(BootMode.class, service.getBoot()),
                Durations.valid(service.getBootDelay(), SECONDS),
                Words.on(service.getFailover()),
                defaultPrimary(service.getDefaultprim()),
                Words.number(service.getMaxloop()),
                Durations.valid(service.getLoopInterval(), HOURS),
                Words.on(service.getAutomaticReboot()));
    }

    private DefaultPrimary defaultPrimary(String written) {
        return switch (written) {
            case "alone" -> new DefaultPrimary.Alone();
            case "lastprim" -> new DefaultPrimary.LastPrimary();
            default -> new DefaultPrimary.Node(written);
        };
    }

    private HeartConfig heart(HeartType heart) {
        var elements = serviceElement.descend("heart", "heartbeat").toList();
        var heartbeats = new ArrayList<HeartbeatConfig>();
        for (int index = 0; index < elements.size(); index++) {
            HeartbeatType bound = heart.getHeartbeat().get(index);
            heartbeats.add(new HeartbeatConfig(
                    NetworkRules.lan(elements.get(index), context).orElse(""),
                    NetworkRules.ident(elements.get(index), index, context),
                    Durations.valid(Optional.ofNullable(bound.getPulse()).orElse(heart.getPulse()), MILLIS),
                    Durations.valid(Optional.ofNullable(bound.getTimeout()).orElse(heart.getTimeout()), MILLIS),
                    bound.getServer().stream().map(ServerType::getAddr).toList()));
        }
        return new HeartConfig(
                Words.numberIfWritten(heart.getPort()),
                Durations.valid(heart.getPulse(), MILLIS),
                Durations.valid(heart.getTimeout(), MILLIS),
                Words.on(heart.getPermanentArp()),
                heartbeats);
    }

    private FarmConfig farm(FarmType farm) {
        return new FarmConfig(
                Words.numberIfWritten(farm.getPort()),
                Durations.valid(farm.getPulse(), MILLIS),
                Words.number(farm.getMlostCount()),
                Words.number(farm.getSlostCount()),
                farm.getLan().stream()
                        .map(lan -> new FarmLan(
                                Optional.ofNullable(lan.getName()).orElse(""),
                                lan.getNode().stream()
                                        .collect(Collectors.toMap(
                                                FarmNodeType::getName, FarmNodeType::getAddr, (first, _) -> first))))
                        .toList());
    }

    private UserConfig user(UserType user) {
        var variables = new LinkedHashMap<String, String>();
        for (VarType variable : user.getVar()) {
            variables.put(variable.getName(), variable.getValue());
        }
        return new UserConfig(
                Durations.valid(user.getNicestoptimeout(), SECONDS),
                Durations.valid(user.getForcestoptimeout(), SECONDS),
                user.getLogging().equals("userlog"),
                Words.number(user.getUserlogsize()),
                variables);
    }

    private List<VirtualHostName> hostNames(VhostType vhost) {
        return vhost.getVirtualhostname().stream()
                .map(name -> new VirtualHostName(
                        name.getName(), name.getEnvfile(), Words.constant(Phase.class, name.getWhen())))
                .toList();
    }

    private ErrdConfig errd(ErrdType errd) {
        return new ErrdConfig(
                Durations.valid(errd.getPolltimer(), SECONDS),
                errd.getProc().stream().map(this::process).toList());
    }

    private ProcessConfig process(ProcType process) {
        Function<String, Optional<String>> expression =
                written -> Words.textIfWritten(written).map(Words::expression);
        return new ProcessConfig(
                process.getName(),
                Words.on(process.getService()),
                expression.apply(process.getNameregex()),
                expression.apply(process.getArgregex()),
                process.getClazz(),
                process.getAction(),
                Words.textIfWritten(process.getRestartServices())
                        .map(list -> Arrays.stream(list.split(",", -1))
                                .map(String::strip)
                                .filter(name -> !name.isEmpty())
                                .toList())
                        .orElse(List.of()),
                Words.number(process.getStartAfter()),
                Words.number(process.getAtleast()),
                Words.number(process.getAtmax()));
    }

    private FailoverConfig failover(FailoverType failover) {
        var rules = new ArrayList<FailoverRule>();
        var disabled = new LinkedHashSet<String>();
        var groovy = new ArrayList<String>();
        for (XmlText text :
                FailoverRules.sections(serviceElement.child("failover").orElseThrow())) {
            var section = RuleSection.read(text.text());
            section.rules().stream().map(At::value).forEach(rules::add);
            section.disabled().stream().map(At::value).forEach(disabled::add);
            if (section.language() == Language.GROOVY) {
                groovy.add(text.text());
            }
        }
        return new FailoverConfig(
                Words.on(failover.getExtends()),
                Durations.valid(failover.getPeriod(), MILLIS),
                Durations.valid(failover.getHandleTime(), MILLIS),
                rules,
                disabled,
                groovy);
    }
}
