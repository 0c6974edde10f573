package dev.lockstep.config.rules;

import dev.lockstep.config.rules.RuleSection.At;
import dev.lockstep.config.rules.RuleSection.Language;
import dev.lockstep.config.rules.RuleSection.Remark;
import dev.lockstep.core.config.Condition;
import dev.lockstep.core.config.Condition.Comparison;
import dev.lockstep.core.config.Condition.Operand;
import dev.lockstep.core.config.Condition.Resource;
import dev.lockstep.core.config.Condition.State;
import dev.lockstep.core.config.FailoverRule;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Parser of {@code label: if (condition) then action();}.
 *
 * <p>{@code ==} and {@code !=} bind tightest, then {@code !}, {@code &&}, {@code ||}. After a mistake it goes on behind
 * the next semicolon, so that the mistakes of all rules are found.
 */
final class LegacyRules {
    private static final Map<String, FailoverRule.Action> ACTIONS = Map.of(
            "stop", FailoverRule.Action.STOP,
            "stopstart", FailoverRule.Action.STOPSTART,
            "wait", FailoverRule.Action.WAIT,
            "restart", FailoverRule.Action.RESTART,
            "swap", FailoverRule.Action.SWAP);
    private static final Map<String, State> STATES =
            Map.of("init", State.INIT, "up", State.UP, "down", State.DOWN, "unknown", State.UNKNOWN);
    private static final String ID_ENDS = ")(=!&|;\"";
    private static final String FORM = "A rule is written label: if (condition) then action();";
    private static final int DEPTH_MAX = 100;

    /** Comparisons in one rule. */
    private static final int OPERANDS_MAX = 500;

    private final RuleText text;
    private final List<At<FailoverRule>> rules = new ArrayList<>();
    private final List<Remark> remarks = new ArrayList<>();
    private int depth;
    private int operands;

    LegacyRules(String text) {
        this.text = new RuleText(text);
    }

    RuleSection read() {
        while (true) {
            try {
                skip();
                if (text.atEnd()) {
                    break;
                }
                rule();
            } catch (RuleFault fault) {
                remarks.add(fault.remark());
                text.skipBehind(";");
            }
        }
        return new RuleSection(Language.LEGACY, rules, List.of(), remarks);
    }

    private void rule() throws RuleFault {
        if (text.startsWith("--Lua") || text.startsWith("//Groovy") || text.startsWith("Rules")) {
            throw new RuleFault(
                    text.offset(),
                    "a second language begins in this section",
                    "Give each language a CDATA section of its own, whose first line names it.");
        }
        int start = text.offset();
        var label = text.takeUntil(":;()\"");
        skip();
        if (label.isEmpty() || !text.take(":")) {
            throw new RuleFault(text.offset(), "a label and a colon are expected, not " + text.here(), FORM);
        }
        keyword("if");
        symbol("(");
        depth = 0;
        operands = 0;
        var condition = condition(or());
        symbol(")");
        keyword("then");
        var action = action();
        symbol(";");
        rules.add(new At<>(start, new FailoverRule(label, condition, action, Optional.empty())));
    }

    private FailoverRule.Action action() throws RuleFault {
        skip();
        int start = text.offset();
        var word = text.takeUntil("(){};,:=!&|\"");
        var action = ACTIONS.get(word);
        if (action == null) {
            boolean internal = word.equals("wakeup") || word.contains(".");
            throw new RuleFault(
                    start,
                    internal ? "\"" + word + "\" is for the engine's own rules" : "\"" + word + "\" is no action",
                    "Use stop(), stopstart(), wait(), restart() or swap().");
        }
        symbol("(");
        symbol(")");
        return action;
    }

    // Conditions. A part of one is a condition, or a resource or state that waits for its comparison.

    private sealed interface Part {}

    private record Whole(Condition condition) implements Part {}

    private record Side(int offset, Operand operand) implements Part {}

    private Part or() throws RuleFault {
        var left = and();
        while (operator("||")) {
            left = new Whole(new Condition.Or(condition(left), condition(and())));
        }
        return left;
    }

    private Part and() throws RuleFault {
        var left = not();
        while (operator("&&")) {
            left = new Whole(new Condition.And(condition(left), condition(not())));
        }
        return left;
    }

    private Part not() throws RuleFault {
        skip();
        if (text.peek() != '!' || text.peek(1) == '=') {
            return comparison();
        }
        int start = text.offset();
        text.take("!");
        enter();
        skip();
        boolean parenthesized = text.peek() == '(' || text.peek() == '!';
        var negated = not();
        if (!parenthesized && negated instanceof Whole) {
            remarks.add(new Remark(
                    start,
                    true,
                    "\"!\" is taken to deny the whole comparison",
                    "Write the comparison in parentheses."));
        }
        depth--;
        return new Whole(new Condition.Not(condition(negated)));
    }

    private Part comparison() throws RuleFault {
        var left = primary();
        skip();
        int start = text.offset();
        boolean equal = text.take("==");
        if (!equal && !text.take("!=")) {
            return left;
        }
        var right = primary();
        skip();
        if (text.startsWith("==") || text.startsWith("!=")) {
            throw new RuleFault(text.offset(), "three things are compared", "Join two comparisons with &&.");
        }
        if (left instanceof Side(int _, Resource resource) && right instanceof Side(int _, Operand with)) {
            return new Whole(new Comparison(resource, equal, with));
        }
        if (left instanceof Side(int _, State state) && right instanceof Side(int _, Resource resource)) {
            return new Whole(new Comparison(resource, equal, state));
        }
        throw new RuleFault(start, "a resource is compared with a state", "Write, for example, custom.test == down.");
    }

    private Part primary() throws RuleFault {
        skip();
        if (!text.take("(")) {
            return operand();
        }
        enter();
        var inner = or();
        symbol(")");
        depth--;
        return inner;
    }

    private Part operand() throws RuleFault {
        int start = text.offset();
        if (++operands > 2 * OPERANDS_MAX) {
            throw new RuleFault(
                    start, "the rule has more than " + OPERANDS_MAX + " comparisons", "Split it into several.");
        }
        boolean remote = text.take("remote.");
        boolean local = !remote && text.take("local.");
        var word = text.takeUntil(ID_ENDS + ".");
        if (text.take(".") && !word.isEmpty()) {
            return new Side(start, new Resource(remote, word, id(start)));
        }
        var state = remote || local ? null : STATES.get(word);
        if (state != null) {
            return new Side(start, state);
        }
        if (word.equals("cluster")) {
            throw new RuleFault(
                    start, "cluster() is for the engine's own rules", "Compare resources, such as heartbeat.*.");
        }
        text.moveTo(start);
        throw new RuleFault(
                start,
                "a resource or a state is expected, not " + text.here(),
                "Write class.id, or one of init, up, down, unknown.");
    }

    /** The id of a resource, in quotes when it holds a blank or an operator. */
    private String id(int start) throws RuleFault {
        if (!text.take("\"")) {
            var id = text.takeUntil(ID_ENDS);
            if (id.isEmpty()) {
                throw new RuleFault(start, "the id of the resource is missing", "Write class.id, class.? or class.*.");
            }
            return id;
        }
        var id = new StringBuilder();
        while (!text.atEnd() && text.peek() != '"' && text.peek() != '\n') {
            id.append(text.peek());
            text.moveTo(text.offset() + 1);
        }
        if (!text.take("\"") || id.isEmpty()) {
            throw new RuleFault(start, "the quoted id of the resource is not closed", "Write class.\"the id\".");
        }
        return id.toString();
    }

    /** A part as a condition: a resource alone means that it is up. */
    private static Condition condition(Part part) throws RuleFault {
        return switch (part) {
            case Whole whole -> whole.condition();
            case Side(int _, Resource resource) -> new Comparison(resource, true, State.UP);
            case Side(int offset, State _) ->
                throw new RuleFault(offset, "a state alone is no condition", "Compare it with a resource.");
        };
    }

    private void enter() throws RuleFault {
        if (++depth > DEPTH_MAX) {
            throw new RuleFault(text.offset(), "the condition is nested too deeply", "Split the rule.");
        }
    }

    private boolean operator(String symbol) throws RuleFault {
        skip();
        return text.take(symbol);
    }

    private void keyword(String word) throws RuleFault {
        skip();
        int start = text.offset();
        if (!text.takeUntil("(){};,:=!&|\"").equals(word)) {
            text.moveTo(start);
            throw new RuleFault(start, "\"" + word + "\" is expected, not " + text.here(), FORM);
        }
    }

    private void symbol(String symbol) throws RuleFault {
        skip();
        if (!text.take(symbol)) {
            throw new RuleFault(text.offset(), "\"" + symbol + "\" is expected, not " + text.here(), FORM);
        }
    }

    /** Skips blanks and comments. */
    private void skip() throws RuleFault {
        text.skipBlanks();
        while (text.startsWith("/*")) {
            int start = text.offset();
            text.moveTo(start + 2);
            if (!text.skipBehind("*/")) {
                throw new RuleFault(start, "the comment is not closed", "Close it with */.");
            }
            text.skipBlanks();
        }
    }
}
