package dev.lockstep.config;

import static dev.lockstep.config.Mistake.error;
import static dev.lockstep.config.Mistake.warning;
import static dev.lockstep.config.Readings.farm;
import static dev.lockstep.config.Readings.mirror;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Rules 13 to 17: virtual addresses. */
class VipMistakesTest {
    private static final String DIRECTED = "<virtual_interface type=\"vmac_directed\">"
            + "<virtual_addr addr=\"10.20.0.60\" where=\"alias\"/></virtual_interface>";

    @ParameterizedTest(name = "{0}")
    @FieldSource({"ADDRESSES", "LOAD_BALANCING"})
    void mistakes(Mistake mistake) {
        mistake.assertFoundIn(Readings.read(mistake.text(), Readings.context().withSite(FakeSite.ALPHA))
                .diagnostics());
    }

    static final List<Mistake> ADDRESSES = List.of(
            error(
                    "physical address",
                    real("<virtual_addr addr=\"10.20.0.12\" where=\"one_side_alias\"/>"),
                    3,
                    "virtual_addr@addr",
                    "physical address of the node beta"),
            error(
                    "foreign network",
                    real("<virtual_addr addr=\"192.0.2.9\" where=\"one_side_alias\"/>"),
                    3,
                    "virtual_addr@addr",
                    "in no network of this node"),
            error(
                    "no address",
                    real("<virtual_addr addr=\"10.20.0\" where=\"one_side_alias\"/>"),
                    3,
                    "virtual_addr@addr",
                    "is no address"),
            error(
                    "empty address",
                    real("<virtual_addr addr=\"\" where=\"one_side_alias\"/>"),
                    3,
                    "virtual_addr@addr",
                    "the value is empty"),
            error(
                    "twice",
                    real("<virtual_addr addr=\"10.20.0.50\" where=\"one_side\"/>\n<virtual_add"
                            + "r addr=\"10.20.0.50\" where=\"one_side\"/>"),
                    4,
                    "virtual_addr@addr",
                    "written twice"),
            error(
                    "real and alias",
                    real("<virtual_addr addr=\"10.20.0.50\" where=\"alias\"/>"),
                    3,
                    "virtual_addr@where",
                    "Write one_side_alias"),
            error("where missing", real("<virtual_addr addr=\"10.20.0.50\"/>"), 3, "virtual_addr@where", "is missing"),
            error("no virtual address", real(""), 2, "real_interface", "no virtual address"),
            error(
                    "netmask",
                    real("<virtual_addr addr=\"10.20.0.50\" where=\"one_side\" netmask=\"24\"/>"),
                    3,
                    "virtual_addr@netmask",
                    "255.255.255.0"),
            error(
                    "both kinds",
                    mirror("<vip><interface_list>\n<interface><real_interface><virtual_addr addr"
                            + "=\"10.20.0.50\" where=\"one_side\"/></real_interface>"
                            + DIRECTED + "</interface></interface_list></vip>"),
                    3,
                    "interface",
                    "real_interface and virtual_interface"),
            error(
                    "neither kind",
                    mirror("<vip><interface_list>\n<interface/></interface_list></vip>"),
                    3,
                    "interface",
                    "neither"),
            error(
                    "farm and one side",
                    farm("<vip><interface_list><interface><virtual_interface type=\"vmac_direc"
                            + "ted\">\n<virtual_addr addr=\"10.20.0.60\" where=\"one_side\"/></virt"
                            + "ual_interface></interface></interface_list></vip>"),
                    3,
                    "virtual_addr@where",
                    "Write alias"),
            error(
                    "real interface in a farm",
                    farm("<vip><interface_list><interface>\n<real_interface><virtual_addr addr"
                            + "=\"10.20.0.60\"/></real_interface></interface></interface_list></vip"
                            + ">"),
                    3,
                    "real_interface",
                    "Write virtual_interface"),
            error(
                    "type missing",
                    farm("<vip><interface_list><interface>\n<virtual_interface><virtual_addr a"
                            + "ddr=\"10.20.0.60\"/></virtual_interface></interface></interface_list"
                            + "></vip>"),
                    3,
                    "virtual_interface@type",
                    "is missing"),
            error(
                    "multicast hardware address",
                    farm("<vip><interface_list><interface>\n<virtual_interface type=\"vmac_inv"
                            + "isible\" addr=\"5B:FE:0A:14:00:3C\"><virtual_addr addr=\"10.20.0.60\""
                            + "/></virtual_interface></interface></interface_list></vip>"),
                    3,
                    "virtual_interface@addr",
                    "the first pair even"),
            error(
                    "scriptcontrol in a mirror",
                    mirror("<vip scriptcontrol=\"on\"/>"),
                    2,
                    "vip@scriptcontrol",
                    "in a farm only"),
            warning(
                    "arpreroute for IPv6",
                    mirror("<vip><interface_list>\n<interface arpreroute=\"on\"><real_interface>"
                            + "<virtual_addr addr=\"fd00:77::50\" where=\"one_side\"/></real_interf"
                            + "ace></interface></interface_list></vip>"),
                    3,
                    "interface@arpreroute",
                    "IPv6"),
            warning(
                    "alias in a mirror",
                    mirror("<vip><interface_list><interface><virtual_interface type=\"vmac_direc"
                            + "ted\">\n<virtual_addr addr=\"10.20.0.60\" where=\"alias\"/></virtual"
                            + "_interface></interface></interface_list></vip>"),
                    3,
                    "virtual_addr@where",
                    "both nodes of the mirror"),
            warning("farm without sharing", farm("<vip/>"), 2, "vip", "no traffic is shared"));

    private static final String RULE = "<rule port=\"80\" proto=\"tcp\" filter=\"on_addr\"/>";

    static final List<Mistake> LOAD_BALANCING = List.of(
            error(
                    "arp by port",
                    shared("vmac_directed", "<group name=\"g\">\n<rule proto=\"arp\" filter=\"on_port\"/></group>"),
                    4,
                    "rule@filter",
                    "Write filter=\"on_addr\""),
            error(
                    "arp and vmac_invisible",
                    shared("vmac_invisible", "<group name=\"g\">\n<rule proto=\"arp\" filter=\"on_addr\"/></group>"),
                    4,
                    "rule@proto",
                    "vmac_invisible"),
            error(
                    "host is no node",
                    shared(
                            "vmac_directed",
                            "<group name=\"g\"><cluster>\n<host name=\"alpa\" power=\"1\"/></cluster>" + RULE
                                    + "</group>"),
                    4,
                    "host@name",
                    "Did you mean \"alpha\"?"),
            error(
                    "host twice",
                    shared(
                            "vmac_directed",
                            "<group name=\"g\"><cluster><host name=\"beta\" power=\"1\"/>\n<host "
                                    + "name=\"beta\" power=\"2\"/></cluster>"
                                    + RULE + "</group>"),
                    4,
                    "host@name",
                    "in this group twice"),
            error(
                    "negative power",
                    shared(
                            "vmac_directed",
                            "<group name=\"g\"><cluster>\n<host name=\"beta\" power=\"-1\"/></cluster>" + RULE
                                    + "</group>"),
                    4,
                    "host@power",
                    "from 0"),
            warning(
                    "no power",
                    shared(
                            "vmac_directed",
                            "<group name=\"g\"><cluster>\n<host name=\"beta\" power=\"0\"/></cluster>" + RULE
                                    + "</group>"),
                    4,
                    "host@power",
                    "nobody takes"),
            error("group without rule", shared("vmac_directed", "<group name=\"g\"/>"), 3, "group", "no rule"),
            error(
                    "group twice",
                    shared(
                            "vmac_directed",
                            "<group name=\"g\">" + RULE + "</group>\n<group name=\"g\">" + RULE + "</group>"),
                    4,
                    "group@name",
                    "is at line 3"),
            error(
                    "port",
                    shared(
                            "vmac_directed",
                            "<group name=\"g\">\n<rule port=\"65536\" proto=\"tcp\" filter=\"on_addr\"/></group>"),
                    4,
                    "rule@port",
                    "1 to 65535"),
            warning(
                    "ipid and tcp",
                    shared(
                            "vmac_directed",
                            "<group name=\"g\">\n<rule port=\"80\" proto=\"tcp\" filter=\"on_ipid\"/></group>"),
                    4,
                    "rule@filter",
                    "one TCP connection"),
            warning(
                    "ipid and IPv6",
                    shared(
                            "vmac_directed",
                            "<group name=\"g\">\n<rule virtual_addr=\"fd00::60\" port=\"80\" prot"
                                    + "o=\"udp\" filter=\"on_ipid\"/></group>"),
                    4,
                    "rule@filter",
                    "IPv6"),
            warning(
                    "rule for another address",
                    shared(
                            "vmac_directed",
                            "<group name=\"g\">\n<rule virtual_addr=\"10.20.0.61\" port=\"80\" pr"
                                    + "oto=\"udp\" filter=\"on_addr\"/></group>"),
                    4,
                    "rule@virtual_addr",
                    "Did you mean \"10.20.0.60\"?"));

    @Test
    void anAddressOfAnotherModuleIsRefused() {
        var text = real("<virtual_addr addr=\"10.20.0.50\" where=\"one_side_alias\"/>");
        var other = Readings.valid(text);

        error("shared", text, 3, "virtual_addr@addr", "an address of the module payroll")
                .assertFoundIn(Readings.read(text, Readings.context().withOtherModules(Map.of("payroll", other)))
                        .diagnostics());
    }

    private static String real(String addresses) {
        return mirror("<vip><interface_list><interface><real_interface>\n" + addresses
                + "</real_interface></interface></interface_list></vip>");
    }

    private static String shared(String type, String groups) {
        return farm("<vip><interface_list><interface>" + DIRECTED.replace("vmac_directed", type)
                + "</interface></interface_list>\n<loadbalancing_list>" + groups + "</loadbalancing_list></vip>");
    }
}
