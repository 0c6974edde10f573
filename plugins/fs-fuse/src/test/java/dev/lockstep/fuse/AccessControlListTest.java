package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.Exposure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What a directory hands down to what is made in it is as on an ordinary directory, on both nodes. */
class AccessControlListTest {
    @TempDir
    Path base;

    private static final String LOOK =
            "; export LC_ALL=C; find . -printf '%P %m %U %G\\n' | sort; getfacl -Rn . | sort";

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "umask 027; touch f; mkdir d; mknod p p; ln -s x l",
                "umask 077; setfacl -d -m u:65534:rwx,g::r-x,o::r . ; touch f; mkdir d; mkdir d/e; touch d/e/f",
                "umask 022; setfacl -d -m u:1:r . ; mkdir d; setfacl -k .; touch f; touch d/f",
                "setfacl -m u:1:rw . ; touch f; setfacl -m u:65534:rwx f; chmod 640 f; chmod g+w f",
                "touch f; setfacl -m u:1:rwx f; setfacl -b f",
                "mkdir d; chgrp 7 d; chmod 2775 d; touch d/f; mkdir d/e; touch d/e/g; mknod d/p p",
                "mkdir d; chmod 1777 d; touch d/f; chmod 4755 d/f; cp -a d c",
            })
    void givenAScriptThenTheResultIsThatOfAnOrdinaryDirectory(String script) throws Exception {
        Path reference = Files.createDirectories(base.resolve("reference"));
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                assertEquals(Shell.run(reference, script + LOOK), Shell.run(kit.directory, script + LOOK));
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
                assertEquals(List.of(), gate.failures);
            }
        }
    }

    @ParameterizedTest(name = "{0}")
    @ValueSource(
            strings = {
                "umask 027; touch f; mkdir d; echo x > f",
                "mkdir d; chmod 2777 d; touch d/f; chmod 2770 d/f; mkdir d/e",
                "touch f; chmod 600 f; cat secret 2>/dev/null || echo refused; touch shut/f 2>/dev/null || echo refused",
                "rm -f sticky/theirs 2>/dev/null || echo refused; touch sticky/own; rm sticky/own",
            })
    void givenAnUnprivilegedUserThenTheResultIsThatOfAnOrdinaryDirectory(String script) throws Exception {
        String before =
                "chmod 777 .; echo s > secret; chmod 600 secret; mkdir shut sticky; chmod 755 shut; chmod 1777 sticky;"
                        + " echo t > sticky/theirs; setfacl -d -m g:7:rx .";
        Path reference = Files.createDirectories(base.resolve("reference"));
        Shell.run(base, "chmod 755 .");
        try (MountKit kit = MountKit.mounted(Files.createDirectories(base.resolve("mount")), new PassThroughGate())) {
            Shell.run(base, "chmod 755 mount");
            Shell.run(reference, before);
            Shell.run(kit.directory, before);
            assertEquals(
                    Shell.runAsNobody(reference, script) + Shell.run(reference, "true" + LOOK),
                    Shell.runAsNobody(kit.directory, script) + Shell.run(kit.directory, "true" + LOOK));
        }
    }
}
