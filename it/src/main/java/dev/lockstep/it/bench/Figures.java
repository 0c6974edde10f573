package dev.lockstep.it.bench;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** What was measured, by work and side. */
final class Figures {
    private final Map<Work, Map<String, List<Double>>> figures = new LinkedHashMap<>();
    private final Map<String, Double> copies = new LinkedHashMap<>();

    void add(Work work, String side, double value) {
        figures.computeIfAbsent(work, unseen -> new LinkedHashMap<>())
                .computeIfAbsent(side, unseen -> new ArrayList<>())
                .add(value);
    }

    /** How long a copy of everything took. */
    void copied(String how, double seconds) {
        copies.put(how, seconds);
    }

    private static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    /** A table with a column for each side that was measured. */
    void print(List<String> sides) {
        List<String> present = sides.stream()
                .filter(side -> figures.values().stream().anyMatch(found -> found.containsKey(side)))
                .toList();
        if (!figures.isEmpty()) {
            System.out.printf("%-24s", "work");
            present.forEach(side -> System.out.printf(" %17s", side));
            System.out.println("   unit");
        }
        figures.forEach((work, found) -> {
            double disk = median(found.get(present.getFirst()));
            System.out.printf("%-24s", work.label());
            present.forEach(side ->
                    System.out.printf(" %17s", found.containsKey(side) ? share(median(found.get(side)), disk) : "-"));
            System.out.println("   " + work.unit());
        });
        if (!figures.isEmpty()) {
            System.out.println("in brackets: the share of the " + present.getFirst());
        }
        copies.forEach((how, seconds) -> System.out.printf(Locale.ROOT, "%-40s %6.1f s%n", how, seconds));
    }

    private static String share(double value, double disk) {
        return String.format(Locale.ROOT, "%.0f (%.2f)", value, value / disk);
    }

    String json() {
        List<String> rows = new ArrayList<>();
        figures.forEach((work, sides) ->
                sides.forEach((side, values) -> rows.add(row(work.label(), side, median(values), work.unit()))));
        copies.forEach((how, seconds) -> rows.add(row("full copy", how, seconds, "s")));
        return "[\n" + String.join(",\n", rows) + "\n]\n";
    }

    private static String row(String work, String side, double value, String unit) {
        return String.format(
                Locale.ROOT,
                "  {\"work\": \"%s\", \"side\": \"%s\", \"value\": %.1f, \"unit\": \"%s\"}",
                work,
                side,
                value,
                unit);
    }
}
