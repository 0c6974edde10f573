package dev.lockstep.config.rules;

import dev.lockstep.config.rules.RuleSection.At;
import dev.lockstep.config.rules.RuleSection.Language;
import dev.lockstep.config.rules.RuleSection.Remark;
import dev.lockstep.core.config.Condition;
import dev.lockstep.core.config.Condition.Comparison;
import dev.lockstep.core.config.Condition.Resource;
import dev.lockstep.core.config.Condition.State;
import dev.lockstep.core.config.FailoverRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/**
 * Parser of the two forms of Lua that are documented:
 * {@code Rules = Rules + { label=if_then("class.id","state",Action.x), _group="checker" }} and
 * {@code Rules.disable("label")}. Nothing is executed; any other Lua is a mistake.
 */
final class LuaRules {
    private static final String FORMS = "Only Rules = Rules + { label=if_then(\"class.id\",\"state\",Action.x) } and "
            + "Rules.disable(\"label\") are understood; write anything else in a section that begins wi"
            + "th //Groovy Rules.";

    private record Entry(int offset, String label, Condition condition, FailoverRule.Action action) {}

    private final RuleText text;
    private final List<At<FailoverRule>> rules = new ArrayList<>();
    private final List<At<String>> disabled = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();

    LuaRules(String text) {
        this.text = new RuleText(text);
    }

    RuleSection read() {
        try {
            skip();
            while (!text.atEnd()) {
                statement();
                skip();
            }
        } catch (RuleFault fault) {
            remarks.add(fault.remark());
        }
        return new RuleSection(Language.LUA, rules, disabled, remarks);
    }

    private void statement() throws RuleFault {
        if (text.startsWith("//Groovy")) {
            throw new RuleFault(
                    text.offset(),
                    "a second language begins in this section",
                    "Give each language a CDATA section of its own, whose first line names it.");
        }
        expect("Rules");
        skip();
        if (text.take(".")) {
            expect("disable");
            expect("(");
            skip();
            int start = text.offset();
            disabled.add(new At<>(start, string()));
            expect(")");
        } else {
            expect("=");
            expect("Rules");
            expect("+");
            table();
        }
        skip();
        text.take(";");
    }

    private void table() throws RuleFault {
        expect("{");
        var entries = new ArrayList<Entry>();
        Optional<String> group = Optional.empty();
        skip();
        while (!text.startsWith("}")) {
            int start = text.offset();
            var name = name();
            expect("=");
            skip();
            if (name.equals("_group")) {
                group = Optional.of(string());
            } else {
                entries.add(entry(start, name));
            }
            skip();
            if (!text.take(",") && !text.take(";") && !text.startsWith("}")) {
                throw new RuleFault(text.offset(), "\",\" or \"}\" is expected, not " + text.here(), FORMS);
            }
            skip();
        }
        expect("}");
        for (var entry : entries) {
            rules.add(new At<>(
                    entry.offset(), new FailoverRule(entry.label(), entry.condition(), entry.action(), group)));
        }
    }

    private Entry entry(int start, String label) throws RuleFault {
        expect("if_then");
        expect("(");
        skip();
        int at = text.offset();
        var resource = resource(at, string());
        expect(",");
        skip();
        at = text.offset();
        var state = state(at, string());
        expect(",");
        expect("Action");
        expect(".");
        skip();
        at = text.offset();
        var action = action(at, text.takeUntil(" ,;)}("));
        expect(")");
        return new Entry(start, label, new Comparison(resource, true, state), action);
    }

    private static Resource resource(int at, String written) throws RuleFault {
        boolean remote = written.startsWith("remote.");
        var local = remote || written.startsWith("local.") ? written.substring(written.indexOf('.') + 1) : written;
        int dot = local.indexOf('.');
        if (dot <= 0 || dot == local.length() - 1) {
            throw new RuleFault(at, "\"" + written + "\" is no resource", "Write \"class.id\".");
        }
        return new Resource(remote, local.substring(0, dot), local.substring(dot + 1));
    }

    private static State state(int at, String word) throws RuleFault {
        for (var state : State.values()) {
            if (state.name().toLowerCase(Locale.ROOT).equals(word)) {
                return state;
            }
        }
        throw new RuleFault(at, "\"" + word + "\" is no state", "Use \"init\", \"up\", \"down\" or \"unknown\".");
    }

    private static FailoverRule.Action action(int at, String word) throws RuleFault {
        for (var action : FailoverRule.Action.values()) {
            if (action.name().toLowerCase(Locale.ROOT).equals(word)) {
                return action;
            }
        }
        throw new RuleFault(
                at,
                "Action." + word + " is no action",
                "Use Action.stop, Action.stopstart, Action.wait, Action.restart or Action.swap.");
    }

    /** A name, or one in the form {@code ["..."]}. */
    private String name() throws RuleFault {
        if (text.take("[")) {
            skip();
            var quoted = string();
            expect("]");
            return quoted;
        }
        int start = text.offset();
        var name = text.takeUntil(" =,;{}()[]\"'");
        if (!name.matches("[A-Za-z_][A-Za-z0-9_]*")) {
            text.moveTo(start);
            throw new RuleFault(start, "the label of a rule is expected, not " + text.here(), FORMS);
        }
        return name;
    }

    private String string() throws RuleFault {
        int start = text.offset();
        char quote = text.peek();
        if (quote != '"' && quote != '\'') {
            throw new RuleFault(start, "a text in quotes is expected, not " + text.here(), FORMS);
        }
        text.moveTo(start + 1);
        var content = new StringBuilder();
        while (!text.atEnd() && text.peek() != quote && text.peek() != '\n') {
            content.append(text.peek());
            text.moveTo(text.offset() + 1);
        }
        if (!text.take(String.valueOf(quote))) {
            throw new RuleFault(start, "the text is not closed", "Close it with " + quote + ".");
        }
        return content.toString();
    }

    private void expect(String word) throws RuleFault {
        skip();
        if (!text.take(word)) {
            throw new RuleFault(text.offset(), text.here() + " is not understood here", FORMS);
        }
    }

    /** Skips blanks and comments. */
    private void skip() {
        text.skipBlanks();
        while (text.startsWith("--")) {
            text.skipBehind(text.startsWith("--[[") ? "]]" : "\n");
            text.skipBlanks();
        }
    }
}
