package dev.lockstep.config;

import static dev.lockstep.config.Mistake.error;
import static dev.lockstep.config.Mistake.info;
import static dev.lockstep.config.Mistake.warning;
import static dev.lockstep.config.Readings.farm;
import static dev.lockstep.config.Readings.mirror;

import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Rules 5 to 12: the document, its service, and its networks. */
class DocumentMistakesTest {
    @ParameterizedTest(name = "{0}")
    @FieldSource({"DOCUMENTS", "VALUES", "NETWORKS"})
    void mistakes(Mistake mistake) {
        mistake.assertFoundIn(Readings.read(mistake.text(), Readings.context().withSite(FakeSite.ALPHA))
                .diagnostics());
    }

    static final List<Mistake> DOCUMENTS = List.of(
            error("not well-formed", "<safe>\n<service mode=\"mirror\">\n</safe>", 2, "", "service"),
            error(
                    "attribute twice",
                    "<safe>\n<service mode=\"light\" mode=\"farm\"/></safe>",
                    2,
                    "",
                    "not well-formed"),
            error("empty file", "", 1, "", "the file has no element"),
            error("only a comment", "<!-- nothing -->\n", 1, "", "the file has no element"),
            error("wrong root", "\n<save/>", 2, "save", "It begins with <safe>"),
            error("second root", "<safe><service mode=\"light\"/></safe>\n<safe/>", 2, "safe", "a second element"),
            error("text after the root", "<safe><service mode=\"light\"/></safe>\nend", 1, "", "text stands outside"),
            error("no service", "<safe>\n</safe>", 1, "safe", "it has no service"),
            error(
                    "two services",
                    "<safe><service mode=\"light\"/>\n<service mode=\"light\"/></safe>",
                    2,
                    "service",
                    "more than once"),
            error("no mode", "<safe>\n<service/></safe>", 2, "service@mode", "mirror, farm, light"),
            error(
                    "wrong mode",
                    "<safe>\n<service mode=\"miror\"/></safe>",
                    2,
                    "service@mode",
                    "Did you mean \"mirror\"?"),
            error("unknown element", mirror("<usr/>"), 2, "usr", "Did you mean \"user\"?"),
            error("element elsewhere", mirror("<replicated dir=\"/a\"/>"), 2, "replicated", "It belongs in rfs"),
            error(
                    "unknown attribute",
                    mirror("<user nicestoptimout=\"3\"/>"),
                    2,
                    "user@nicestoptimout",
                    "\"nicestoptimeout\""),
            error("element twice", mirror("<user/>\n<user/>"), 3, "user", "first at line 2"),
            error("text in an element", mirror("<user>\nhello</user>"), 2, "user", "\"hello\""),
            error(
                    "heart in a farm",
                    farm("<heart><heartbeat name=\"office\"/></heart>"),
                    2,
                    "heart",
                    "a farm module has no heart"),
            error("rfs in a farm", farm("<rfs><replicated dir=\"/a\"/></rfs>"), 2, "rfs", "a farm module has no rfs"),
            error(
                    "farm in a mirror",
                    mirror("<farm><lan name=\"office\"/></farm>"),
                    2,
                    "farm",
                    "a mirror module has no farm"),
            error(
                    "vip in a light module",
                    "<safe><service mode=\"light\">\n<vip/></service></safe>",
                    2,
                    "vip",
                    "a light module has no vip"),
            error(
                    "witness in a farm",
                    farm("<check><splitbrain ident=\"w\" exec=\"ping\" arg=\"10.0.0.1\"/></check>"),
                    2,
                    "splitbrain",
                    "in a mirror only"),
            error(
                    "load balancing in a mirror",
                    mirror("<vip><loadbalancing_list/></vip>"),
                    2,
                    "loadbalancing_list",
                    "in a farm only"),
            warning(
                    "mirror attribute in a farm",
                    "<safe><service mode=\"farm\"\nfailover=\"off\"><farm><lan name=\"office\"/><"
                            + "/farm></service></safe>",
                    2,
                    "service@failover",
                    "in a mirror only"),
            warning(
                    "check in check",
                    mirror("<check>\n<check><custom ident=\"a\" exec=\"a\" when=\"prim\"/></check></check>"),
                    3,
                    "check",
                    "inside another check"),
            warning(
                    "variable twice",
                    mirror("<user>\n<var name=\"a\" value=\"1\"/>\n<var name=\"a\" value=\"2\"/></user>"),
                    4,
                    "var@name",
                    "declared already, at line 3"),
            warning(
                    "a variable that is none in Groovy",
                    mirror("<user>\n<var name=\"my-dir\" value=\"1\"/></user>"),
                    3,
                    "var@name",
                    "env['my-dir']"),
            warning(
                    "flow mistyped",
                    beats("<heartbeat name=\"office\"/>\n<heartbeat name=\"cross\" ident=\"flwo\"/>"),
                    3,
                    "heartbeat@ident",
                    "Did you mean \"flow\"?"),
            warning(
                    "macro before the root",
                    "<macro name=\"M\" value=\"light\"/>\n<safe><service mode=\"%M%\"/></safe>",
                    1,
                    "macro",
                    "stands before <safe>"));

    static final List<Mistake> VALUES = List.of(
            error(
                    "below one unit",
                    service("boot_delay=\"500ms\""),
                    1,
                    "service@boot_delay",
                    "less than one of the seconds"),
            error("zero in another unit", service("boot_delay=\"0ms\""), 1, "service@boot_delay", "Write 0 or 0s"),
            error("decimals", service("boot_delay=\"1.5s\""), 1, "service@boot_delay", "is no duration"),
            error("negative duration", service("boot_delay=\"-5\""), 1, "service@boot_delay", "without sign"),
            error("blank in a duration", service("boot_delay=\"5 s\""), 1, "service@boot_delay", "is no duration"),
            error("zero pulse", mirrorHeart("pulse=\"0\""), 1, "heart@pulse", "zero makes no sense"),
            warning("truncated duration", service("boot_delay=\"1500ms\""), 1, "service@boot_delay", "1s is used"),
            error("negative number", service("maxloop=\"-1\""), 1, "service@maxloop", "from 0"),
            error("no number", service("maxloop=\"three\""), 1, "service@maxloop", "no whole number"),
            error("wrong word", service("boot=\"yes\""), 1, "service@boot", "is not one of on, off, auto, ignore"),
            error("capital letters", service("boot=\"AUTO\""), 1, "service@boot", "Did you mean \"auto\"?"),
            error("undefined macro", service("boot=\"%BOOT%\""), 1, "service@boot", "%BOOT% is neither"),
            error(
                    "empty ident",
                    mirror("<check><custom ident=\"\" exec=\"a\" when=\"prim\"/></check>"),
                    2,
                    "custom@ident",
                    "the value is empty"),
            error(
                    "empty directory",
                    mirror("<rfs><replicated dir=\"\"/></rfs>"),
                    2,
                    "replicated@dir",
                    "the value is empty"),
            error(
                    "blank behind a value",
                    mirror("<rfs><replicated dir=\"/srv/a \"/></rfs>"),
                    2,
                    "replicated@dir",
                    "begins or ends with a blank"));

    static final List<Mistake> NETWORKS = List.of(
            error(
                    "mirror without heart",
                    "<safe>\n<service mode=\"mirror\"/></safe>",
                    2,
                    "service",
                    "at least one heartbeat"),
            error(
                    "mirror without heartbeat",
                    "<safe><service mode=\"mirror\">\n<heart/></service></safe>",
                    2,
                    "heart",
                    "at least one heartbeat"),
            error(
                    "farm without lan",
                    "<safe><service mode=\"farm\">\n<farm/></service></safe>",
                    2,
                    "farm",
                    "at least one lan"),
            error(
                    "heartbeat on an unknown lan",
                    beats("<heartbeat name=\"ofice\"/>"),
                    2,
                    "heartbeat@name",
                    "Did you mean \"office\"?"),
            error(
                    "farm on an unknown lan",
                    "<safe><service mode=\"farm\"><farm>\n<lan name=\"x\"/></farm></service></safe>",
                    2,
                    "lan@name",
                    "the cluster has no lan named \"x\""),
            error(
                    "flow on an unknown lan",
                    mirror("<rfs>\n<flow name=\"crss\"/><replicated dir=\"/a\"/></rfs>"),
                    3,
                    "flow@name",
                    "Did you mean \"cross\"?"),
            error("heartbeat without name", beats("<heartbeat ident=\"a\"/>"), 2, "heartbeat@name", "office, cross"),
            error(
                    "farm lan with an empty name",
                    "<safe><service mode=\"farm\"><farm>\n<lan name=\"\"/></farm></service></safe>",
                    2,
                    "lan@name",
                    "the name is empty"),
            error(
                    "same lan twice",
                    beats("<heartbeat name=\"office\"/>\n<heartbeat name=\"office\" ident=\"b\"/>"),
                    3,
                    "heartbeat@name",
                    "has a heartbeat already, at line 2"),
            error(
                    "empty name and the first lan",
                    beats("<heartbeat name=\"\"/>\n<heartbeat name=\"office\" ident=\"b\"/>"),
                    3,
                    "heartbeat@name",
                    "has a heartbeat already"),
            error(
                    "same ident twice",
                    beats("<heartbeat name=\"office\" ident=\"a\"/>\n<heartbeat name=\"cross\" ident=\"a\"/>"),
                    3,
                    "heartbeat@ident",
                    "used already, at line 2"),
            error(
                    "timeout below pulse",
                    beats("<heartbeat name=\"office\" pulse=\"2s\" timeout=\"1s\"/>"),
                    2,
                    "heartbeat@timeout",
                    "not longer than the pulse"),
            info(
                    "empty name",
                    beats("<heartbeat name=\"\" ident=\"a\"/>"),
                    2,
                    "heartbeat@name",
                    "first lan of the cluster is used (office)"),
            error(
                    "addresses and names",
                    beats("<heartbeat><server addr=\"10.0.0.1\"/><server addr=\"10.0.0.2\"/></h"
                            + "eartbeat>\n<heartbeat name=\"cross\"/>"),
                    2,
                    "heartbeat",
                    "one file uses one of the two forms"),
            error(
                    "one server",
                    beats("<heartbeat><server addr=\"10.0.0.1\"/></heartbeat>"),
                    2,
                    "heartbeat",
                    "it has 1 server"),
            error(
                    "bad server",
                    beats("<heartbeat><server addr=\"10.0.0.1\"/>\n<server addr=\"10.0.0\"/></heartbeat>"),
                    3,
                    "server@addr",
                    "no address"),
            info(
                    "servers alone",
                    beats("<heartbeat>\n<server addr=\"10.0.0.1\"/><server addr=\"10.0.0.2\"/></heartbeat>"),
                    3,
                    "server",
                    "older form"),
            error(
                    "farm members and names",
                    "<safe><service mode=\"farm\"><farm>\n<lan><node name=\"a\" addr=\"10.0.0.1\""
                            + "/></lan>\n<lan name=\"office\"/></farm></service></safe>",
                    2,
                    "lan",
                    "one file uses one of the two forms"),
            warning(
                    "flow without rfs",
                    beats("<heartbeat name=\"office\" ident=\"flow\"/>"),
                    2,
                    "heartbeat@ident",
                    "nothing is replicated"),
            error(
                    "flow contradicts ident",
                    "<safe><service mode=\"mirror\"><heart><heartbeat name=\"office\" ident=\"flo"
                            + "w\"/></heart><rfs>\n<flow name=\"cross\"/><replicated dir=\"/a\"/></rfs></se"
                            + "rvice></safe>",
                    2,
                    "flow@name",
                    "uses the lan \"office\""),
            error(
                    "defaultprim names nobody",
                    service("defaultprim=\"alhpa\""),
                    1,
                    "service@defaultprim",
                    "Did you mean \"alpha\"?"));

    @Test
    void aMirrorOnThreeNodesIsRefused() {
        var three = ModuleContext.of("ledger", Readings.threeNodes());
        var mistake = error("three nodes", mirror(""), 1, "service@mode", "this module is on 3: alpha, beta, gamma");

        mistake.assertFoundIn(Readings.read(mistake.text(), three.withNodes(Set.of("alpha", "beta", "gamma")))
                .diagnostics());
    }

    @Test
    void aLanThatLacksANodeOfTheModuleIsRefused() {
        var context = ModuleContext.of("ledger", Readings.threeNodes()).withNodes(Set.of("alpha", "gamma"));
        var mistake = error("lan", beats("<heartbeat name=\"cross\"/>"), 2, "heartbeat@name", "does not connect gamma");

        mistake.assertFoundIn(Readings.read(mistake.text(), context).diagnostics());
    }

    private static String service(String attributes) {
        return "<safe><service mode=\"mirror\" " + attributes
                + "><heart><heartbeat name=\"office\"/></heart></service></safe>";
    }

    private static String mirrorHeart(String attributes) {
        return "<safe><service mode=\"mirror\"><heart " + attributes
                + "><heartbeat name=\"office\"/></heart></service></safe>";
    }

    private static String beats(String heartbeats) {
        return "<safe><service mode=\"mirror\"><heart>\n" + heartbeats + "\n</heart></service></safe>";
    }
}
