package dev.lockstep.config;

import dev.lockstep.config.xml.Place;
import dev.lockstep.config.xml.XmlElement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Rules on the document as a whole, and the two liberties published files take. */
final class DocumentRules {
    private DocumentRules() {}

    /** The one element of a document, if it has the right name. */
    static Optional<XmlElement> singleRoot(List<XmlElement> roots, String name, Diagnostics diagnostics) {
        if (roots.isEmpty()) {
            diagnostics.at(
                    Severity.ERROR, Place.START, "", "the file has no element", "It begins with <" + name + ">.");
            return Optional.empty();
        }
        var first = roots.getFirst();
        if (!first.name().equals(name)) {
            diagnostics.at(
                    Severity.ERROR,
                    first.place(),
                    first.name(),
                    first.name().isEmpty()
                            ? "text stands outside the element <" + name + ">"
                            : "the file begins with <" + first.name() + ">",
                    "It begins with <" + name + ">.");
            return Optional.empty();
        }
        for (var other : roots.subList(1, roots.size())) {
            diagnostics.at(
                    Severity.ERROR,
                    other.place(),
                    other.name(),
                    other.name().isEmpty()
                            ? "text stands outside the element <" + name + ">"
                            : "a second element stands after <" + name + ">",
                    "Move it inside, or remove it.");
        }
        return Optional.of(first);
    }

    /** Moves macros that stand before the root into it, with a warning. */
    static List<XmlElement> liftMacros(List<XmlElement> roots, String rootName, Diagnostics diagnostics) {
        int count = 0;
        while (count < roots.size() && roots.get(count).name().equals("macro")) {
            diagnostics.warn(
                    roots.get(count),
                    "it stands before <" + rootName + ">, which is not well-formed XML",
                    "Move it inside <" + rootName + ">.");
            count++;
        }
        if (count == 0 || count == roots.size() || !roots.get(count).name().equals(rootName)) {
            return count == roots.size() ? List.of() : roots.subList(count, roots.size());
        }
        var children = new ArrayList<>(roots.subList(0, count));
        children.addAll(roots.get(count).children());
        var result = new ArrayList<XmlElement>();
        result.add(roots.get(count).withChildren(children));
        result.addAll(roots.subList(count + 1, roots.size()));
        return result;
    }

    /** Puts the checkers of a {@code check} inside a {@code check} directly into the outer one, with a warning. */
    static XmlElement flattenChecks(XmlElement root, Diagnostics diagnostics) {
        return root.withChildren(root.children().stream()
                .map(service -> service.withChildren(service.children().stream()
                        .map(child -> child.name().equals("check") ? flatten(child, diagnostics) : child)
                        .toList()))
                .toList());
    }

    private static XmlElement flatten(XmlElement check, Diagnostics diagnostics) {
        var children = new ArrayList<XmlElement>();
        for (var child : check.children()) {
            if (child.name().equals("check")) {
                diagnostics.warn(
                        child, "it is inside another check", "Put its checkers directly into the outer check.");
                children.addAll(flatten(child, diagnostics).children());
            } else {
                children.add(child);
            }
        }
        return check.withChildren(children);
    }

    /** The one service of a module. */
    static Optional<XmlElement> service(XmlElement root, Diagnostics diagnostics) {
        if (root.children("service").isEmpty()) {
            diagnostics.error(root, "it has no service", "Add <service mode=\"mirror\">...</service>.");
        }
        return root.child("service");
    }
}
