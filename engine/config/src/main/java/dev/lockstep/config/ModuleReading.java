package dev.lockstep.config;

import dev.lockstep.core.config.ModuleConfig;
import java.util.List;
import java.util.Optional;

/**
 * What came of reading a userconfig.xml.
 *
 * @param config the configuration; present exactly when there is no error
 * @param diagnostics errors, warnings and information, in the order of the file
 * @param notYet what the language allows and this version cannot do, in the order of the file; a configuration that
 *     asks for it is not applied
 * @param safeconf the text of {@code safeconf.xml}: the file with its macros expanded; empty when there is an error
 */
public record ModuleReading(
        Optional<ModuleConfig> config, List<Diagnostic> diagnostics, List<Diagnostic> notYet, String safeconf) {

    /** Copies the lists. */
    public ModuleReading {
        diagnostics = List.copyOf(diagnostics);
        notYet = List.copyOf(notYet);
    }

    /** Whether the configuration can be applied: no error, and nothing that is not supported yet. */
    public boolean isApplicable() {
        return config.isPresent() && notYet.isEmpty();
    }

    /** The errors. */
    public List<Diagnostic> errors() {
        return diagnostics.stream()
                .filter(diagnostic -> diagnostic.severity() == Severity.ERROR)
                .toList();
    }
}
