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
    private final List<Price> prices = new ArrayList<>();

    private record Price(String work, String side, double value, String unit) {}

    void add(Work work, String side, double value) {
        figures.computeIfAbsent(work, unseen -> new LinkedHashMap<>())
                .computeIfAbsent(side, unseen -> new ArrayList<>())
                .add(value);
    }

    /** How long a copy of everything took. */
    void copied(String how, double seconds) {
        copies.put(how, seconds);
    }

    /** What something costs. */
    void price(String work, String side, double value, String unit) {
        prices.add(new Price(work, side, value, unit));
    }

    static double median(List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        return sorted.get(sorted.size() / 2);
    }

    /** A table with a column for each side that was measured, and one for how often what they do goes into what we do. */
    void print(List<String> sides, String ours, String theirs) {
        List<String> present = sides.stream()
                .filter(side -> figures.values().stream().anyMatch(found -> found.containsKey(side)))
                .toList();
        if (!figures.isEmpty()) {
            System.out.printf("%-24s", "work");
            present.forEach(side -> System.out.printf(" %17s", side));
            System.out.println((present.contains(theirs) ? "   ours/" + theirs : "") + "   unit");
        }
        figures.forEach((work, found) -> {
            double disk = median(found.get(present.getFirst()));
            System.out.printf("%-24s", work.label());
            present.forEach(side ->
                    System.out.printf(" %17s", found.containsKey(side) ? share(median(found.get(side)), disk) : "-"));
            if (found.containsKey(theirs)) {
                System.out.printf(
                        Locale.ROOT,
                        "   %" + ("ours/" + theirs).length() + ".2f",
                        median(found.get(ours)) / median(found.get(theirs)));
            }
            System.out.println("   " + work.unit());
        });
        if (!figures.isEmpty()) {
            System.out.println("in brackets: the share of the " + present.getFirst());
        }
        double first = copies.values().stream().findFirst().orElse(1.0);
        copies.forEach((how, seconds) ->
                System.out.printf(Locale.ROOT, "%-40s %6.1f s (%.2f)%n", how, seconds, seconds / first));
        if (!copies.isEmpty()) {
            System.out.println("in brackets: the share of the first line");
        }
        prices.forEach(price -> System.out.printf(
                Locale.ROOT, "%-36s %-28s %8.2f %s%n", price.work(), price.side(), price.value(), price.unit()));
        sides.stream()
                .filter(side -> !figures.isEmpty() && !present.contains(side))
                .forEach(side -> System.out.println("not measured: " + side));
    }

    private static String share(double value, double disk) {
        return String.format(Locale.ROOT, "%.0f (%.2f)", value, value / disk);
    }

    String json() {
        List<String> rows = new ArrayList<>();
        figures.forEach((work, sides) ->
                sides.forEach((side, values) -> rows.add(row(work.label(), side, median(values), work.unit()))));
        copies.forEach((how, seconds) -> rows.add(row("full copy", how, seconds, "s")));
        prices.forEach(price -> rows.add(row(price.work(), price.side(), price.value(), price.unit())));
        return "[\n" + String.join(",\n", rows) + "\n]\n";
    }

    private static String row(String work, String side, double value, String unit) {
        return String.format(
                Locale.ROOT,
                "  {\"work\": \"%s\", \"side\": \"%s\", \"value\": %.2f, \"unit\": \"%s\"}",
                work,
                side,
                value,
                unit);
    }
}
