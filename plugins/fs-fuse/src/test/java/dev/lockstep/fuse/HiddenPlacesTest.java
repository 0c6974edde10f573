package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.Exposure;
import dev.lockstep.api.fs.StableId;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The engine's own directory and labels do not exist for applications. */
class HiddenPlacesTest {
    @TempDir
    Path base;

    @Test
    void givenTheEnginesDirectoryThenNobodySeesOrTouchesIt() throws Exception {
        try (MountKit kit = MountKit.open(base, new PassThroughGate())) {
            kit.backing().moveToAttic("before");
            assertTrue(Files.exists(kit.path(".lockstep/attic/before")), "through the guard it can be seen");
            kit.tree().expose(Exposure.READ_WRITE);
            Shell.run(
                    kit.directory,
                    "test -z \"$(ls -A)\"; ! test -e .lockstep; ! mkdir .lockstep 2>/dev/null;"
                            + "! touch .lockstep 2>/dev/null;"
                            + "touch f; ! mv f .lockstep 2>/dev/null; ! ln f .lockstep 2>/dev/null;"
                            + "! mv .lockstep g 2>/dev/null; ! rmdir .lockstep 2>/dev/null;"
                            + "! cat .lockstep/attic/before 2>/dev/null;"
                            + "mkdir d; touch d/.lockstep; ls -A d | grep lockstep");
        }
    }

    @Test
    void givenALabelThenNobodySeesOrTouchesIt() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(
                    kit.directory,
                    "touch f; test -z \"$(getfattr -d -m - f)\"; ! getfattr -n trusted.lockstep.id f 2>/dev/null;"
                            + "! setfattr -n trusted.lockstep.id -v x f 2>/dev/null;"
                            + "! setfattr -x trusted.lockstep.id f 2>/dev/null;"
                            + "setfattr -n user.a -v 1 f; test \"$(getfattr --only-values -n user.a f)\" = 1;"
                            + "getfattr -d -m - f | grep -q user.a");
            DirectoryEntry entry = kit.backing().entries(StableId.ROOT).getFirst();
            assertEquals(Long.toString(entry.id()), Shell.run(kit.directory, "stat -c %i f"));
            assertEquals(Long.toString(entry.id()), Shell.run(kit.directory, "ls -i f | cut -d' ' -f1"));
            assertEquals(
                    List.of(),
                    kit.backing().state(entry.id()).extendedAttributes().stream()
                            .filter(each -> each.name()[0] == 't')
                            .toList());
        }
    }

    @Test
    void givenUnknownRequestsThenTheAnswersAreThoseOfAnOrdinaryFile() throws Exception {
        try (MountKit kit = MountKit.mounted(base, new PassThroughGate())) {
            Shell.run(
                    kit.directory,
                    "echo 12345 > f; cp --reflink=auto f g; cmp f g; lsattr f > /dev/null; chattr +A f;"
                            + "lsattr f | grep -q A;"
                            + "chattr +i f; ! echo x > f 2>/dev/null; ! rm f 2>/dev/null; chattr -i f; rm f;"
                            + "truncate -s 1M sparse; test $(stat -c %b sparse) -lt 100; df . > /dev/null; sync -f g");
        }
    }
}
