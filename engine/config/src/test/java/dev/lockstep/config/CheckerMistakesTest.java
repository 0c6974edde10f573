package dev.lockstep.config;

import static dev.lockstep.config.Mistake.error;
import static dev.lockstep.config.Mistake.warning;
import static dev.lockstep.config.Readings.farm;
import static dev.lockstep.config.Readings.mirror;

import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Rules 23 to 30: supervision, checkers and virtual host names. */
class CheckerMistakesTest {
    @ParameterizedTest(name = "{0}")
    @FieldSource({"SUPERVISION", "CHECKERS"})
    void mistakes(Mistake mistake) {
        mistake.assertFoundIn(Readings.read(mistake.text(), Readings.context().withSite(FakeSite.ALPHA))
                .diagnostics());
    }

    static final List<Mistake> SUPERVISION = List.of(
            error(
                    "errd without user",
                    mirror("<errd><proc name=\"a\" class=\"prim\"/></errd>"),
                    2,
                    "errd",
                    "Add <user/>"),
            error(
                    "long name",
                    proc("name=\"abcdefghijklmnop\" class=\"prim\""),
                    2,
                    "proc@name",
                    "has 16 characters, more than 15"),
            error(
                    "long service",
                    proc("name=\"" + "s".repeat(64) + "\" service=\"yes\" class=\"prim\""),
                    2,
                    "proc@name",
                    "more than 63"),
            error("no class", proc("name=\"a\""), 2, "proc@class", "is missing"),
            warning(
                    "no bound",
                    proc("name=\"a\" class=\"prim\" atleast=\"-1\""),
                    2,
                    "proc@atleast",
                    "neither atleast nor atmax"),
            warning(
                    "contradictory bounds",
                    proc("name=\"a\" class=\"prim\" atmax=\"0\""),
                    2,
                    "proc@atmax",
                    "Write atleast=\"-1\""),
            error(
                    "restart_services without service",
                    proc("name=\"a\" class=\"prim\" action=\"restart\" restart_services=\"b\""),
                    2,
                    "proc@restart_services",
                    "service=\"yes\""),
            error(
                    "restart_services without restart",
                    proc("name=\"a\" class=\"prim\" service=\"yes\" restart_services=\"b\""),
                    2,
                    "proc@restart_services",
                    "action=\"restart\""),
            error(
                    "service with expression",
                    proc("name=\"a\" class=\"prim\" service=\"yes\" argregex=\"x\""),
                    2,
                    "proc@argregex",
                    "found by its name"),
            error(
                    "bad expression",
                    proc("name=\"a\" class=\"prim\" argregex=\"a)(\""),
                    2,
                    "proc@argregex",
                    "no POSIX extended"),
            error(
                    "handler in a standard class",
                    proc("name=\"a\" class=\"prim\" action=\"fix\""),
                    2,
                    "proc@class",
                    "class of its own"),
            error(
                    "handler missing",
                    proc("name=\"a\" class=\"mine\" action=\"missing_program\""),
                    2,
                    "proc@action",
                    "nor a program"),
            error(
                    "mistyped action",
                    proc("name=\"a\" class=\"mine\" action=\"restrat\""),
                    2,
                    "proc@action",
                    "Did you mean \"restart\"?"),
            warning(
                    "class of a mirror in a farm",
                    farm("<user/><errd><proc name=\"a\" class=\"prim\"/></errd>"),
                    2,
                    "proc@class",
                    "never supervised"),
            error(
                    "vhost without name",
                    mirror("<vhost><virtualhostname envfile=\"e\"/></vhost>"),
                    2,
                    "virtualhostname@name",
                    "is missing"),
            error(
                    "vhost without envfile",
                    mirror("<vhost><virtualhostname name=\"n\"/></vhost>"),
                    2,
                    "virtualhostname@envfile",
                    "is missing"));

    static final List<Mistake> CHECKERS = List.of(
            error(
                    "two witnesses",
                    check("<splitbrain ident=\"a\" exec=\"ping\" arg=\"10.0.0.1\"/>\n<splitbrai"
                            + "n ident=\"b\" exec=\"ping\" arg=\"10.0.0.1\"/>"),
                    3,
                    "splitbrain",
                    "more than once"),
            error(
                    "witness by another program",
                    check("<splitbrain ident=\"a\" exec=\"fping\" arg=\"10.0.0.1\"/>"),
                    2,
                    "splitbrain@exec",
                    "Did you mean \"ping\"?"),
            error(
                    "witness uptodate",
                    check("<splitbrain ident=\"uptodate\" exec=\"ping\" arg=\"10.0.0.1\"/>"),
                    2,
                    "splitbrain@ident",
                    "resource of the engine"),
            error(
                    "no witness",
                    check("<splitbrain ident=\"a\" exec=\"ping\" arg=\" \"/>"),
                    2,
                    "splitbrain@arg",
                    "the value is empty"),
            error(
                    "bad witness",
                    check("<splitbrain ident=\"a\" exec=\"ping\" arg=\"10.0.0.1 10.0.0\"/>"),
                    2,
                    "splitbrain@arg",
                    "\"10.0.0\" is no address"),
            error(
                    "ident twice",
                    check("<custom ident=\"a\" exec=\"x\" when=\"prim\"/>\n<custom ident=\"a\" "
                            + "exec=\"y\" when=\"prim\"/>"),
                    3,
                    "custom@ident",
                    "custom.a is written already, at line 2"),
            error(
                    "module twice",
                    check("<module name=\"a\"/>\n<module name=\"b\" ident=\"a_127.0.0.1\"/>"),
                    3,
                    "module@ident",
                    "written already"),
            error("tcp without to", check("<tcp ident=\"a\" when=\"prim\"/>"), 2, "tcp", "Add <to addr"),
            error("ping without to", check("<ping ident=\"a\"/>"), 2, "ping", "Add <to addr"),
            error("intf without to", check("<intf ident=\"a\"/>"), 2, "intf", "Add <to local_addr"),
            error("ip without to", check("<ip ident=\"a\"/>"), 2, "ip", "Add <to addr"),
            error(
                    "to without port",
                    check("<tcp ident=\"a\" when=\"prim\"><to addr=\"10.0.0.1\"/></tcp>"),
                    2,
                    "to@port",
                    "is missing"),
            error(
                    "to of a module without port",
                    check("<module name=\"a\"><to addr=\"10.0.0.1\"/></module>"),
                    2,
                    "to@port",
                    "is missing"),
            error(
                    "bad address",
                    check("<tcp ident=\"a\" when=\"prim\"><to addr=\"10.0.0.1.5\" port=\"80\"/></tcp>"),
                    2,
                    "to@addr",
                    "is no address"),
            error(
                    "address not local",
                    check("<intf ident=\"a\"><to local_addr=\"10.20.0.12\"/></intf>"),
                    2,
                    "to@local_addr",
                    "on no interface"),
            error(
                    "name for a local address",
                    check("<intf ident=\"a\"><to local_addr=\"alpha\"/></intf>"),
                    2,
                    "to@local_addr",
                    "numeric address"),
            error(
                    "wait outside pre",
                    check("<ping ident=\"x\" when=\"prim\" action=\"wait\"><to addr=\"10.0.0.1\"/></ping>"),
                    2,
                    "ping@action",
                    "wait needs when=\"pre\""),
            error(
                    "wait of a custom",
                    check("<custom ident=\"x\" exec=\"x\" when=\"both\" action=\"wait\"/>"),
                    2,
                    "custom@action",
                    "wait needs when=\"pre\""),
            error(
                    "ping without action",
                    check("<ping ident=\"x\" when=\"prim\"><to addr=\"10.0.0.1\"/></ping>"),
                    2,
                    "ping@action",
                    "has no default"),
            warning(
                    "tcp in pre without action",
                    check("<tcp ident=\"x\" when=\"pre\"><to addr=\"10.0.0.1\" port=\"1\"/></tcp>"),
                    2,
                    "tcp@action",
                    "taken as wait"),
            warning(
                    "restart in pre",
                    check("<tcp ident=\"x\" when=\"pre\" action=\"restart\"><to addr=\"10.0.0.1\""
                            + " port=\"1\"/></tcp>"),
                    2,
                    "tcp@action",
                    "does not run the application"),
            error(
                    "tcp without when",
                    check("<tcp ident=\"x\"><to addr=\"10.0.0.1\" port=\"1\"/></tcp>"),
                    2,
                    "tcp@when",
                    "is missing"),
            error(
                    "prim in a farm",
                    farm("<check><custom ident=\"x\" exec=\"x\" when=\"prim\"/></check>"),
                    2,
                    "custom@when",
                    "Write both"),
            error(
                    "second in a light module",
                    "<safe><service mode=\"light\"><check>\n<custom ident=\"x\" exec=\"x\" when=\""
                            + "second\"/></check></service></safe>",
                    2,
                    "custom@when",
                    "Write both"),
            error(
                    "fixed when",
                    check("<intf ident=\"a\" when=\"prim\"><to local_addr=\"10.20.0.11\"/></intf>"),
                    2,
                    "intf@when",
                    "is not one of pre"),
            error(
                    "second for ip",
                    check("<ip ident=\"a\" when=\"second\"><to addr=\"10.20.0.11\"/></ip>"),
                    2,
                    "ip@when",
                    "prim, both"),
            error(
                    "program missing",
                    check("<custom ident=\"x\" exec=\"missing_program\" when=\"prim\"/>"),
                    2,
                    "custom@exec",
                    "missing in the module's bin"),
            error(
                    "unknown action",
                    check("<custom ident=\"x\" exec=\"x\" when=\"prim\" action=\"swap\"/>"),
                    2,
                    "custom@action",
                    "restart, stopstart, wait, stop, noaction"));

    private static String proc(String attributes) {
        return mirror("<user/><errd><proc " + attributes + "/></errd>");
    }

    private static String check(String checkers) {
        return mirror("<check>" + checkers + "</check>");
    }
}
