package dev.lockstep.config;

import static dev.lockstep.config.Mistake.error;
import static dev.lockstep.config.Mistake.info;
import static dev.lockstep.config.Mistake.warning;
import static dev.lockstep.config.Readings.mirror;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/** Rules 18 to 22: replicated directories. */
class RfsMistakesTest {
    @ParameterizedTest(name = "{0}")
    @FieldSource("MISTAKES")
    void mistakes(Mistake mistake) {
        mistake.assertFoundIn(Readings.read(mistake.text(), Readings.context().withSite(FakeSite.ALPHA))
                .diagnostics());
    }

    static final List<Mistake> MISTAKES = List.of(
            error("not absolute", dir("srv/a"), 2, "replicated@dir", "begins with /"),
            error("path of Windows", dir("d:\\data"), 2, "replicated@dir", "is not absolute"),
            error("missing", dir("/srv/missing"), 2, "replicated@dir", "there is no directory /srv/missing"),
            error(
                    "missing, other spelling",
                    dir("/srv//missing/"),
                    2,
                    "replicated@dir",
                    "there is no directory /srv/missing"),
            error("root", dir("/"), 2, "replicated@dir", "root of a file system"),
            error("root, other spelling", dir("//./"), 2, "replicated@dir", "root of a file system"),
            error("mount point", dir("/mnt/disk"), 2, "replicated@dir", "is a mount point"),
            error("state of the engine", dir("/var/lockstep/"), 2, "replicated@dir", "the state of Lockstep"),
            error("blank", dir("/srv/my data"), 2, "replicated@dir", "contains a blank"),
            error("dots", dir("/srv/../etc"), 2, "replicated@dir", "contains .."),
            error(
                    "twice",
                    mirror("<rfs><replicated dir=\"/srv/a\"/>\n<replicated dir=\"/srv/a/\"/></rfs>"),
                    3,
                    "replicated@dir",
                    "already, at line 2"),
            error(
                    "nested",
                    mirror("<rfs><replicated dir=\"/srv/a\"/>\n<replicated dir=\"/srv/a/b\"/></rfs>"),
                    3,
                    "replicated@dir",
                    "inside each other"),
            error(
                    "nesting",
                    mirror("<rfs><replicated dir=\"/srv/a/b\"/>\n<replicated dir=\"/srv/a\"/></rfs>"),
                    3,
                    "replicated@dir",
                    "inside each other"),
            error("no directory", mirror("<rfs/>"), 2, "rfs", "no directory is replicated"),
            error(
                    "two large packets",
                    rfs("packetsize=\"65536\" reipacketsize=\"131072\""),
                    2,
                    "rfs@reipacketsize",
                    "larger than the packetsize of 65536"),
            error(
                    "zone is no multiple",
                    rfs("reipacketsize=\"65536\" ruzone_blocksize=\"100000\""),
                    2,
                    "rfs@ruzone_blocksize",
                    "no multiple of the reipacketsize of 65536"),
            error(
                    "zone is no multiple of the default",
                    rfs("ruzone_blocksize=\"65536\""),
                    2,
                    "rfs@ruzone_blocksize",
                    "8388608, its default"),
            error("policy 2", rfs("namespacepolicy=\"2\""), 2, "rfs@namespacepolicy", "0, 1, 3, 4"),
            error("async", rfs("async=\"first\""), 2, "rfs@async", "second, none"),
            error(
                    "mode",
                    mirror("<rfs>\n<replicated dir=\"/a\" mode=\"rw\"/></rfs>"),
                    3,
                    "replicated@mode",
                    "read_only"),
            error("absolute tocheck", inside("<tocheck path=\"/CURRENT\"/>"), 2, "tocheck@path", "is absolute"),
            error(
                    "tocheck outside",
                    inside("<tocheck path=\"a/../../b\"/>"),
                    2,
                    "tocheck@path",
                    "leaves the replicated directory"),
            error(
                    "notreplicated outside",
                    inside("<notreplicated path=\"../b\"/>"),
                    2,
                    "notreplicated@path",
                    "leaves the replicated directory"),
            error(
                    "notreplicated absolute",
                    inside("<notreplicated path=\"/srv/a/b\"/>"),
                    2,
                    "notreplicated@path",
                    "is absolute"),
            error(
                    "notreplicated everything",
                    inside("<notreplicated path=\"./\"/>"),
                    2,
                    "notreplicated@path",
                    "the replicated directory itself"),
            error(
                    "both",
                    inside("<notreplicated path=\"a\" regexpath=\"b\"/>"),
                    2,
                    "notreplicated",
                    "both path and regexpath"),
            error("neither", inside("<notreplicated/>"), 2, "notreplicated", "neither path nor regexpath"),
            error(
                    "open bracket",
                    inside("<notreplicated regexpath=\"[abc\"/>"),
                    2,
                    "notreplicated@regexpath",
                    "is not closed"),
            error(
                    "open group",
                    inside("<notreplicated regexpath=\"!(a\"/>"),
                    2,
                    "notreplicated@regexpath",
                    "no POSIX extended"),
            error(
                    "star alone",
                    inside("<notreplicated regexpath=\"*.tmp\"/>"),
                    2,
                    "notreplicated@regexpath",
                    "repeats nothing"),
            error(
                    "nothing behind !",
                    inside("<notreplicated regexpath=\"!\"/>"),
                    2,
                    "notreplicated@regexpath",
                    "no expression after !"),
            error("no number", rfs("nbrei=\"many\""), 2, "rfs@nbrei", "whole number"),
            error("locktimeout", rfs("locktimeout=\"5ms\""), 2, "rfs@locktimeout", "less than one of the seconds"),
            warning("in memory", dir("/run/ledger"), 2, "replicated@dir", "lies in memory (tmpfs)"),
            warning("attribute of Windows", rfs("iotimeout=\"300\""), 2, "rfs@iotimeout", "Windows only"),
            warning("another of Windows", rfs("nfsbox_options=\"nocross\""), 2, "rfs@nfsbox_options", "Windows only"),
            warning("policy of Windows", rfs("namespacepolicy=\"3\""), 2, "rfs@namespacepolicy", "here 4 is used"),
            info("mountover", rfs("mountover=\"off\""), 2, "rfs@mountover", "without effect"),
            info("smartwrite", rfs("smartwrite=\"anything\""), 2, "rfs@smartwrite", "without effect"));

    @Test
    void aDirectoryOfAnotherModuleIsRefused() {
        var other = Map.of("payroll", Readings.valid(dir("/srv/payroll")));
        for (var path : new String[] {"/srv/payroll", "/srv/payroll/db", "/srv"}) {
            var mistake = error(path, dir(path), 2, "replicated@dir", "by the module payroll");
            mistake.assertFoundIn(
                    Readings.read(mistake.text(), Readings.context().withOtherModules(other))
                            .diagnostics());
        }
        Readings.valid(dir("/srv/payroll2"), Readings.context().withOtherModules(other));
    }

    @Test
    void onWindowsPathsHaveDrivesAndMayHaveBlanks() {
        var config = Readings.valid("""
                <safe><service mode="mirror"><heart><heartbeat name="office"/></heart><rfs>
                <replicated dir="d:\\sql data\\">
                 <notreplicated regexpath="!.*\\.mdf$"/>
                 <notreplicated regexpath="!.*\\.ldf$"/>
                 <notreplicated path="tmp\\old"/>
                </replicated></rfs></service></safe>
                """, Readings.context().withPlatform(Platform.WINDOWS));

        var directory = config.rfs().orElseThrow().directories().getFirst();
        assertEquals("d:\\sql data", directory.dir());
        var filter = directory.filter();
        assertTrue(filter.isReplicated("a/BASE.MDF", false));
        assertFalse(filter.isReplicated("a/base.txt", false));
        assertFalse(filter.isReplicated("tmp/old/base.mdf", false));
    }

    @Test
    void attributesOfLinuxAreIgnoredOnWindows() {
        var text = "<safe><service mode=\"mirror\"><heart><heartbeat name=\"office\"/></heart>\n"
                + "<rfs packetsize=\"1000\" reipacketsize=\"2000\" ruzone_blocksize=\"4000\">"
                + "<replicated dir=\"d:\\a\"/></rfs></service></safe>";

        warning("packetsize", text, 2, "rfs@packetsize", "Linux only")
                .assertFoundIn(Readings.read(text, Readings.context().withPlatform(Platform.WINDOWS))
                        .diagnostics());
    }

    private static String dir(String path) {
        return mirror("<rfs><replicated dir=\"" + path + "\"/></rfs>");
    }

    private static String rfs(String attributes) {
        return mirror("<rfs " + attributes + "><replicated dir=\"/srv/a\"/></rfs>");
    }

    private static String inside(String content) {
        return mirror("<rfs><replicated dir=\"/srv/a\">" + content + "</replicated></rfs>");
    }
}
