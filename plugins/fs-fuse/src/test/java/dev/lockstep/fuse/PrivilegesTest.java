package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.Exposure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A change by an unprivileged user takes set-uid, set-gid and capabilities, on both nodes. */
class PrivilegesTest {
    @TempDir
    Path base;

    @ParameterizedTest(name = "{0} of a file of mode {1} by {2}: {3}")
    @CsvSource({
        "echo x >> f,            6777, nobody, 777",
        "echo x >> f,            6777, root,   6777",
        "echo x >> f,            2767, nobody, 767",
        "echo x >> f,            4666, nobody, 666",
        "truncate -s 1 f,        6777, nobody, 777",
        "truncate -s 1 f,        6777, root,   6777",
        ": > f,                  6777, nobody, 777",
        ": > f,                  6777, root,   6777",
        "fallocate -l 9000 f,    6777, nobody, 777",
        "chown 65534 f,          6777, root,   777",
        "chown 65534:65534 f,    2767, root,   2767",
        "'python3 -c \"import os; os.chown(chr(102), -1, -1)\"', 6777, root, 777",
        "dd if=/dev/zero of=f bs=4096 count=1 oflag=direct conv=notrunc status=none, 6777, nobody, 777",
    })
    void givenAChangeThenTheModeIsThis(String command, String before, String user, String after) throws Exception {
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                Shell.run(base, "chmod 755 . mount");
                Shell.run(kit.directory, "chmod 777 .; echo some content > f; chmod " + before + " f");
                if (user.equals("root")) {
                    Shell.run(kit.directory, command);
                } else {
                    Shell.runAsNobody(kit.directory, command);
                }
                assertEquals(after, Shell.run(kit.directory, "stat -c %a f"));
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                assertEquals(List.of(), gate.failures);
            }
        }
    }

    /** What somebody of a group and of other groups does to the file f of group 7, or o of his own, of a mode. */
    private static final List<String> DEEDS = List.of(
            "2766 65534 '' echo x >> f",
            "6666 65534 '' echo x >> f",
            "2766 7     '' echo x >> f",
            "6666 7     '' echo x >> f",
            "2766 65534 3,7,70 echo x >> f",
            "2766 65534 3,70,77 echo x >> f",
            "2766 65534 '' truncate -s 1 f",
            "6666 65534 7  truncate -s 1 f",
            "2766 65534 '' : > f",
            "6666 65534 7  : > f",
            "2766 65534 '' fallocate -l 9000 f",
            "6666 65534 7  fallocate -l 9000 f",
            "6666 65534 '' cat f > /dev/null",
            "2766 65534 3   chgrp 3 o",
            "2766 65534 3,7 chgrp 3 o",
            "2766 65534 '' dd if=/dev/zero of=f bs=4096 count=1 oflag=direct conv=notrunc status=none",
            "2766 65534 '' umask 0; python3 -c \"import os; os.open(chr(102) * 2, os.O_CREAT | os.O_WRONLY, 0o2770)\"");

    @Test
    void givenSetGidWithoutGroupExecute_whenTheFileIsChanged_thenItIsTakenWhereTheDiskTakesIt() throws Exception {
        StringBuilder script = new StringBuilder("chmod 755 .\n");
        for (int i = 0; i < DEEDS.size(); i++) {
            String[] deed = DEEDS.get(i).split(" +", 4);
            script.append("mkdir ").append(i).append("; cd ").append(i);
            script.append("; chgrp 7 .; chmod 2777 .; echo some content > f; cp f o; chown 0:7 f; chown 65534:7 o\n");
            script.append("chmod ").append(deed[0]).append(" f o\n");
            script.append("setpriv --reuid=65534 --regid=").append(deed[1]);
            script.append(deed[2].equals("''") ? " --clear-groups" : " --groups=" + deed[2]);
            script.append(" bash -ec '");
            script.append(deed[3]).append("'; cd ..\n");
        }
        String look = "stat -c '%n %a %u %g' */*";
        Path reference = Files.createDirectories(base.resolve("reference"));
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                Shell.run(base, "chmod 755 . mount");
                String onDisk = Shell.run(reference, script + look);
                assertEquals(onDisk, Shell.run(kit.directory, script + look));
                assertEquals(onDisk, Shell.run(peer.directory, look));
                assertEquals(List.of(), gate.failures);
            }
        }
    }

    @Test
    void givenAMemberHasWritten_whenAStrangerWritesThroughTheSameOpening_thenSetGidIsTaken() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(
                    kit.directory,
                    "chmod 755 .. .; echo x > f; chown 0:7 f; chmod 2766 f; exec 3>>f;"
                            + " setpriv --reuid=65534 --regid=7 --clear-groups bash -c 'echo member >&3';"
                            + " [ $(stat -c %a f) = 2766 ];"
                            + " setpriv --reuid=65534 --regid=65534 --clear-groups bash -c 'echo stranger >&3';"
                            + " [ $(stat -c %a f) = 766 ]");
        }
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({"echo x >> f, ''", "truncate -s 1 f, ''", "cat f > /dev/null, cap_net_raw=ep"})
    void givenFileCapabilitiesThenAnyChangeTakesThem(String command, String left) throws Exception {
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                Shell.run(base, "chmod 755 . mount");
                // The value of cap_net_raw=ep: revision 2 with the effective flag, permitted bit 13.
                Shell.run(
                        kit.directory,
                        "chmod 777 .; echo some content > f; chmod 777 f;"
                                + "setfattr -n security.capability -v 0x0100000200200000000000000000000000000000 f");
                Shell.runAsNobody(kit.directory, command);
                String value = Shell.run(
                        kit.directory,
                        "getfattr --absolute-names --only-values -n security.capability f 2>/dev/null | wc -c");
                assertEquals(left.isEmpty() ? "0" : "20", value);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                assertEquals(List.of(), gate.failures);
            }
        }
    }
}
