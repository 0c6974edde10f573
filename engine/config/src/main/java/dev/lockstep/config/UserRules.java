package dev.lockstep.config;

import dev.lockstep.config.xml.XmlElement;
import java.util.HashMap;
import java.util.regex.Pattern;

/** Rules on the variables of the hooks. */
final class UserRules {
    private static final Pattern GROOVY_NAME = Pattern.compile("[A-Za-z_$][A-Za-z0-9_$]*");

    private UserRules() {}

    static void check(XmlElement service, Diagnostics diagnostics) {
        var first = new HashMap<String, XmlElement>();
        service.descend("user", "var")
                .forEach(variable -> variable.value("name").ifPresent(name -> {
                    var before = first.putIfAbsent(name, variable);
                    if (before != null) {
                        diagnostics.warn(
                                variable,
                                "name",
                                "the variable " + name + " is declared already, at line "
                                        + before.place().line() + "; hooks see the value of the last one",
                                "Remove one of the two.");
                    }
                    if (!name.isEmpty() && !GROOVY_NAME.matcher(name).matches()) {
                        diagnostics.warn(
                                variable,
                                "name",
                                "\"" + name + "\" is no name of a variable in Groovy: hooks find it as env['" + name
                                        + "'] only, and a shell not at all",
                                "Use letters, digits and underscores, and no digit first.");
                    }
                }));
    }
}
