package dev.lockstep.node.store;

import dev.lockstep.node.Refusal;
import java.util.Collection;
import java.util.Comparator;
import java.util.Optional;

/** The refusal of a name that is no module, with the one that was probably meant. */
public final class UnknownModule {
    private static final int SLIPS_MAX = 2;

    private UnknownModule() {}

    /**
     * The refusal.
     *
     * @param wanted the name that was given
     * @param known the modules there are
     */
    public static Refusal of(String wanted, Collection<String> known) {
        String reason = known.isEmpty()
                ? "No module is installed."
                : "Installed: " + String.join(", ", known.stream().sorted().toList()) + ".";
        return new Refusal(
                Refusal.Kind.UNKNOWN,
                "There is no module " + wanted + " on this node.",
                reason,
                nearest(wanted, known)
                        .map(meant -> "Did you mean " + meant + "?")
                        .orElse("Install it with 'lockstep module install -m " + wanted + " TEMPLATE'."));
    }

    private static Optional<String> nearest(String wanted, Collection<String> known) {
        int bound = Math.min(SLIPS_MAX, Math.max(1, wanted.length() / 2));
        return known.stream()
                .filter(name -> slips(wanted, name) <= bound)
                .min(Comparator.comparingInt((String name) -> slips(wanted, name))
                        .thenComparing(Comparator.naturalOrder()));
    }

    /** Letters to be changed, added or removed, whatever their case. */
    private static int slips(String one, String other) {
        int[] before = new int[other.length() + 1];
        for (int j = 0; j < before.length; j++) {
            before[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int[] now = new int[before.length];
            now[0] = i;
            for (int j = 1; j < now.length; j++) {
                boolean same = Character.toLowerCase(one.charAt(i - 1)) == Character.toLowerCase(other.charAt(j - 1));
                now[j] = Math.min(before[j - 1] + (same ? 0 : 1), 1 + Math.min(before[j], now[j - 1]));
            }
            before = now;
        }
        return before[other.length()];
    }
}
