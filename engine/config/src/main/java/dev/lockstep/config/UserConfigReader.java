package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import dev.lockstep.config.xml.XmlFault;
import dev.lockstep.config.xml.XmlSource;
import dev.lockstep.config.xml.XmlWriter;
import dev.lockstep.core.config.ModuleConfig;
import dev.lockstep.schema.userconfig.SafeType;
import dev.lockstep.schema.userconfig.ServiceType;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** Reads userconfig.xml. Thread-safe; its first reading of a new file is costly: keep one. */
public final class UserConfigReader {
    private static final String ROOT = "safe";

    private final SchemaBinding<SafeType> binding =
            new SchemaBinding<>("dev/lockstep/schema/userconfig.xsd", SafeType.class);

    /**
     * Reads a file as an integrator wrote it, macros included.
     *
     * @param bytes its content
     * @param file how to name it in diagnostics
     * @param context what it is checked against
     * @return the configuration, or everything that is wrong with the file
     */
    public ModuleReading read(byte[] bytes, String file, ModuleContext context) {
        var diagnostics = new Diagnostics(file);
        return parse(bytes, diagnostics)
                .map(root -> {
                    var written = DocumentRules.flattenChecks(root, diagnostics);
                    checkMacroElements(written, context, diagnostics);
                    var expanded = Macros.expand(written, context.environment(), diagnostics);
                    diagnostics.showing(MacroOrigins.of(written)::show);
                    return check(expanded, file, context, diagnostics, this::validated);
                })
                .orElseGet(() -> failed(diagnostics, List.of()));
    }

    /**
     * Reads a {@code safeconf.xml}: the expanded form of a file that was applied. Its values are final, so that percent
     * signs in them mean nothing and the environment is not looked at. It was validated against the schema when it was
     * applied; that is not done again, so that a node starts fast.
     *
     * @param bytes its content
     * @param file how to name it in diagnostics
     * @param context what it is checked against
     * @return the configuration, or everything that is wrong with the file
     */
    public ModuleReading readApplied(byte[] bytes, String file, ModuleContext context) {
        var diagnostics = new Diagnostics(file);
        return parse(bytes, diagnostics)
                .map(root ->
                        check(root, file, context, diagnostics, (resolved, found) -> Optional.of(applied(resolved))))
                .orElseGet(() -> failed(diagnostics, List.of()));
    }

    private static Optional<XmlElement> parse(byte[] bytes, Diagnostics diagnostics) {
        try {
            var roots = XmlSource.read(bytes, ROOT);
            return DocumentRules.singleRoot(DocumentRules.liftMacros(roots, ROOT, diagnostics), ROOT, diagnostics);
        } catch (XmlFault fault) {
            diagnostics.at(Severity.ERROR, fault.place(), "", fault.problem(), fault.remedy());
            return Optional.empty();
        }
    }

    /** Macros do not survive their expansion: their form is checked before it. */
    private void checkMacroElements(XmlElement root, ModuleContext context, Diagnostics diagnostics) {
        var macros = new XmlElement(ROOT, root.place(), List.of(), root.children("macro"), List.of());
        StructureCheck.check(macros, binding.vocabulary(), context.platform(), diagnostics);
    }

    /** Turns a document that passed our own checks into objects; what else is wrong with it goes to the diagnostics. */
    @FunctionalInterface
    private interface Binder {
        Optional<SafeType> bind(XmlElement resolved, Diagnostics diagnostics);
    }

    private Optional<SafeType> validated(XmlElement resolved, Diagnostics diagnostics) {
        return binding.bind(resolved.withoutEditorAttributes(), diagnostics);
    }

    private SafeType applied(XmlElement resolved) {
        return binding.bindApplied(resolved.withoutEditorAttributes());
    }

    private ModuleReading check(
            XmlElement root, String file, ModuleContext context, Diagnostics diagnostics, Binder binder) {
        StructureCheck.check(root, binding.vocabulary(), context.platform(), diagnostics);
        var service = DocumentRules.service(root, diagnostics);
        service.ifPresent(found -> {
            ServiceRules.check(found, context, diagnostics);
            UserRules.check(found, diagnostics);
            NetworkRules.check(found, context, diagnostics);
            RfsRules.check(found, context, diagnostics);
            VipRules.check(found, context, diagnostics);
            ErrdRules.check(found, context, diagnostics);
            CheckerRules.check(found, context, diagnostics);
            FailoverRules.check(found, context, diagnostics);
        });
        var notYet = service.map(found -> Capabilities.notYet(found, file, diagnostics))
                .orElse(List.of());
        if (service.isEmpty() || diagnostics.hasErrors()) {
            return failed(diagnostics, notYet);
        }
        var resolved = ResolvedNames.in(root, context);
        Optional<ModuleConfig> config = binder.bind(resolved, diagnostics)
                .map(safe -> ModuleMapper.map(
                        boundService(safe), resolved.child("service").orElseThrow(), context));
        var safeconf = config.map(value -> XmlWriter.write(resolved)).orElse("");
        if (safeconf.getBytes(StandardCharsets.UTF_8).length > XmlSource.SIZE_MAX) {
            diagnostics.error(
                    root,
                    "with its macros replaced the file has more than the " + XmlSource.SIZE_MAX
                            + " bytes of a configuration",
                    "Make it shorter.");
            return failed(diagnostics, notYet);
        }
        return config.isEmpty()
                ? failed(diagnostics, notYet)
                : new ModuleReading(config, diagnostics.inOrder(), notYet, safeconf);
    }

    private static ServiceType boundService(SafeType safe) {
        return safe.getContent().stream()
                .filter(ServiceType.class::isInstance)
                .map(ServiceType.class::cast)
                .findFirst()
                .orElseThrow();
    }

    private static ModuleReading failed(Diagnostics diagnostics, List<Diagnostic> notYet) {
        return new ModuleReading(Optional.empty(), diagnostics.inOrder(), notYet, "");
    }
}
