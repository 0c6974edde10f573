package dev.lockstep.config.rules;

import dev.lockstep.core.config.FailoverRule;
import java.util.List;

/**
 * What one section of rules says.
 *
 * @param language its language
 * @param rules the rules with the place of their labels, in order
 * @param disabled labels it switches off, with their places
 * @param remarks mistakes and doubts
 */
public record RuleSection(
        Language language, List<At<FailoverRule>> rules, List<At<String>> disabled, List<Remark> remarks) {

    /** Copies the lists. */
    public RuleSection {
        rules = List.copyOf(rules);
        disabled = List.copyOf(disabled);
        remarks = List.copyOf(remarks);
    }

    /** The language of a section. */
    public enum Language {
        /** {@code label: if (condition) then action();}. */
        LEGACY,
        /** The two documented forms of Lua. */
        LUA,
        /** Groovy, kept as text. */
        GROOVY
    }

    /**
     * Something and where it stands.
     *
     * @param offset index of its first character in the section
     * @param value the thing
     */
    public record At<T>(int offset, T value) {}

    /**
     * A mistake or a doubt.
     *
     * @param offset index in the section of the character it is about
     * @param doubt whether it is only a doubt
     * @param problem what is wrong
     * @param remedy what would be right
     */
    public record Remark(int offset, boolean doubt, String problem, String remedy) {}

    /** Reads a section, in the language its first line names. */
    public static RuleSection read(String text) {
        var first = text.strip().lines().findFirst().orElse("").strip();
        if (first.startsWith("--Lua Rules")) {
            return new LuaRules(text).read();
        }
        if (first.startsWith("//Groovy Rules")) {
            return new RuleSection(Language.GROOVY, List.of(), List.of(), List.of());
        }
        return new LegacyRules(text).read();
    }
}
