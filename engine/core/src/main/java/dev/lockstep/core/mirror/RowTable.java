package dev.lockstep.core.mirror;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** All rows, in the order in which they are tried. */
final class RowTable {
    /** Rows that answer an event. */
    static final List<Row> EVENTS = Stream.of(EventRows.rows(), CommandRows.rows())
            .flatMap(List::stream)
            .toList();

    /** Rows that follow from the situation: what was ordered and what is safe first, then the life of each role. */
    static final List<Row> SITUATIONS = Stream.of(
                    ClaimRows.rows(),
                    RecordRows.rows(),
                    SplitRows.rows(),
                    DiskRows.rows(),
                    StopRows.rows(),
                    WaitRows.rows(),
                    SecondRows.rows(),
                    PrimaryRows.rows())
            .flatMap(List::stream)
            .toList();

    private static final Map<Phase, List<Row>> SITUATIONS_BY_PHASE = Stream.of(Phase.values())
            .collect(Collectors.toMap(
                    phase -> phase,
                    phase -> SITUATIONS.stream()
                            .filter(row -> row.phases().contains(phase))
                            .toList()));

    private RowTable() {}

    static Row answering(Turn t) {
        for (Row row : EVENTS) {
            if (row.event().filter(e -> e.isInstance(t.event)).isPresent() && row.applies(t)) {
                return row;
            }
        }
        throw new IllegalStateException("no row for " + t.event + " in " + t.phase);
    }

    static Optional<Row> following(Turn t) {
        for (Row row : SITUATIONS_BY_PHASE.get(t.phase)) {
            if (row.applies(t)) {
                return Optional.of(row);
            }
        }
        return Optional.empty();
    }
}
