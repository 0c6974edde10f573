package dev.lockstep.core.mirror;

import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * A transition as data.
 *
 * @param number unique, ordered within its list, with gaps for later rows; logged and stored when the row fires
 * @param event the event it answers, empty for a row that follows from the situation alone
 * @param phases where it applies
 * @param reference row of the reference's transition table it stands for, or empty
 * @param guard the condition, empty for a row that always applies in its phases
 * @param effect what it does
 * @param why the reason, one sentence
 */
record Row(
        int number,
        Optional<Class<? extends Event>> event,
        Set<Phase> phases,
        String reference,
        Optional<Predicate<Turn>> guard,
        Consumer<Turn> effect,
        String why) {

    static final Set<Phase> ANY = EnumSet.allOf(Phase.class);

    /** Begins a row that answers an event. */
    static Builder on(int number, Class<? extends Event> event, Set<Phase> phases) {
        return new Builder(number, Optional.of(event), phases, "", Optional.empty());
    }

    /** Begins a row that follows from the situation. */
    static Builder when(int number, Set<Phase> phases, Predicate<Turn> guard) {
        return new Builder(number, Optional.empty(), phases, "", Optional.of(guard));
    }

    boolean applies(Turn t) {
        return phases.contains(t.phase) && guard.map(g -> g.test(t)).orElse(true);
    }

    /** A row in the making. */
    record Builder(
            int number,
            Optional<Class<? extends Event>> event,
            Set<Phase> phases,
            String reference,
            Optional<Predicate<Turn>> guard) {
        Builder ref(String name) {
            return new Builder(number, event, phases, name, guard);
        }

        Builder given(Predicate<Turn> condition) {
            return new Builder(number, event, phases, reference, Optional.of(condition));
        }

        Row then(String why, Consumer<Turn> effect) {
            return new Row(number, event, Set.copyOf(phases), reference, guard, effect, why);
        }
    }
}
