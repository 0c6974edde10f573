package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.Exposure;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A replicated directory as upper layer of overlayfs: it behaves as any other, and both nodes have the same layer. */
class OverlayTest {
    private static final String LOWER = "mkdir -p lower/d/e lower/gone lower/moved/below; echo one > lower/d/one;"
            + " echo two > lower/d/e/two; echo three > lower/gone/three; echo four > lower/moved/below/four;"
            + " echo five > lower/five; ln lower/five lower/five2; echo six > lower/six; ln -s five lower/link";

    /** Copy up, whiteouts, opaque directories, redirects, hard links, files without a name. */
    private static final String WORK = """
            echo more >> d/one
            rm d/e/two
            rm -r gone; mkdir gone; echo new > gone/new
            mv moved elsewhere; echo deep >> elsewhere/below/four
            mkdir moved
            echo changed >> five; ln five2 d/five3; cat five2 > seen
            mv six d/six; mkdir six; rmdir six; mknod six p
            chmod 600 link; chown 7:8 d; setfattr -n user.a -v b d
            rm link; ln -s nowhere link
            cp d/one copy; mv copy d/one
            python3 -c "import os; f = os.open('d', os.O_TMPFILE | os.O_RDWR); os.write(f, b'tmp'); os.link('/proc/self/fd/%d' % f, 'd/named', dst_dir_fd=os.open('.', 0))"
            python3 -c "import os; os.mknod('white', 0o20000, 0)" 2>&1 | tail -1 > whiteout
            """;

    private static final String LOOK = "export LC_ALL=C; find . -printf '%P %y %m %U %G %n %l\\n' | sort;"
            + " find . -type f | sort | xargs md5sum; getfattr -Rdm user . | sort";

    @TempDir
    Path base;

    @AfterEach
    void nothingStaysMounted() throws Exception {
        Shell.run(base, "for m in plain over; do ! mountpoint -q $m || umount $m; done");
    }

    @Test
    void givenAReplicatedUpperLayer_whenTheOverlayIsUsed_thenItIsAsOnAnOrdinaryOne_andBothNodesAreEqual()
            throws Exception {
        MountKit.requireRoot();
        Shell.run(base, LOWER + "; mkdir -p plain over ordinary/upper ordinary/work");
        Shell.run(base, "mount -t overlay overlay plain -o " + options("ordinary"));
        Shell.run(base.resolve("plain"), WORK);
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                Shell.run(kit.directory, "mkdir upper work");
                Shell.run(base, "mount -t overlay overlay over -o " + options("mount/data"));
                Shell.run(base.resolve("over"), WORK);
                String expected = Shell.run(base.resolve("plain"), LOOK);
                assertEquals(expected, Shell.run(base.resolve("over"), LOOK));
                assertEquals(
                        "PermissionError: [Errno 1] Operation not permitted",
                        Shell.run(base.resolve("over"), "cat whiteout; test ! -e white"),
                        "overlayfs makes its whiteouts itself");
                Shell.run(base, "umount over; mount -t overlay overlay over -o " + options("mount/data"));
                assertEquals(expected, Shell.run(base.resolve("over"), LOOK), "mounted again");
                Shell.run(base, "umount over");
                gate.awaitIdle();
                assertEquals(List.of(), gate.failures);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            }
            peer.tree().expose(Exposure.READ_WRITE);
            Shell.run(base, "mount -t overlay overlay over -o " + options("peer/data"));
            assertEquals(
                    Shell.run(base.resolve("plain"), LOOK), Shell.run(base.resolve("over"), LOOK), "after a failover");
            Shell.run(base, "umount over");
        }
    }

    @Test
    void givenAWhiteoutIsLeftByARename_whenThePeerGetsItTwice_thenItHasOneOfTheSameIdAndOwner() throws Exception {
        try (MountKit peer = MountKit.open(Files.createDirectories(base.resolve("peer")), new PassThroughGate())) {
            MirrorGate gate = new MirrorGate(peer.backing());
            gate.twice = true;
            try (MountKit kit = MountKit.open(Files.createDirectories(base.resolve("mount")), gate)) {
                kit.tree().expose(Exposure.READ_WRITE);
                Shell.run(
                        kit.directory,
                        "chgrp 7 .; chmod 2777 .; setfacl -d -m u:1:rw .; echo x > a; echo y > b; mkdir d");
                Shell.run(kit.directory, rename("a", "b") + rename("d", "e"));
                assertEquals(
                        "a character special file 7 0 0\nd character special file 7 0 0",
                        Shell.run(kit.directory, "cat b | grep -q x; stat -c '%n %F %g %t %T' a d"));
                assertEquals(List.of(), gate.failures);
                assertEquals(List.of(), TreeComparison.of(kit.backing(), peer.backing()));
            }
        }
    }

    private static String rename(String from, String to) {
        return "python3 -c \"import ctypes; l = ctypes.CDLL(None, use_errno=True); exit(l.renameat2(-100, b'" + from
                + "', -100, b'" + to + "', 4) and ctypes.get_errno())\";";
    }

    private static String options(String place) {
        return "lowerdir=lower,upperdir=" + place + "/upper,workdir=" + place + "/work,redirect_dir=on,index=on";
    }
}
