package dev.lockstep.it.mirror;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertThrows;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.it.files.Trees;
import dev.lockstep.it.kit.Cluster;
import dev.lockstep.it.kit.Mirror;
import dev.lockstep.it.kit.Node;
import dev.lockstep.it.kit.Patience;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** Acceptance tests 7 to 13, 21 and 25: the ordinary life of a pair under an operator's hands. */
class LifeIT {
    private static final int BIG_FILE = 110 << 20;

    @RegisterExtension
    static final PairExtension PAIR = PairExtension.pair(mirror -> mirror);

    private static Cluster cluster() {
        return PAIR.cluster();
    }

    private static void stop(Node node) {
        node.lockstep("stop", "-m", Mirror.NAME).expectOk();
        cluster().await(node, "STOP NotReady");
    }

    private static boolean applicationRuns(Node node) {
        return node.host().run("bash", "-c", "kill -0 $(cat /run/journal.pid)").ok();
    }

    @Test
    void t07StartOnBothAfterACleanStopRestoresTheFormerRoles() {
        Node one = cluster().node1();
        Node two = cluster().node2();
        stop(two);
        stop(one);
        LogReader oneSays = LogReader.of(one);
        LogReader twoSays = LogReader.of(two);
        one.lockstep("start", "-m", Mirror.NAME).expectOk();
        two.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster().awaitPair(one);
        oneSays.expect("Local state PRIM Ready");
        oneSays.expect("Remote state SECOND Ready");
        twoSays.expect("Local state SECOND Ready");
        twoSays.expect("Remote state PRIM Ready");
        assertTrue(applicationRuns(one));
        assertFalse(applicationRuns(two));
    }

    @Test
    void t08StopOnThePrimaryMovesTheApplicationAndT09StartBringsASecondary() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        LogReader oneSays = LogReader.of(one);
        LogReader twoSays = LogReader.of(two);
        stop(one);
        oneSays.expect("Action stop called by root", "Script stop_prim", "Local state STOP NotReady");
        cluster().await(two, "ALONE Ready");
        twoSays.expect("Action alone called by heart: remote stop", "Script start_prim", "Local state ALONE Ready");
        assertTrue(applicationRuns(two));
        assertFalse(applicationRuns(one));

        String application = Files.readString(two.path("/run/journal.pid"));
        one.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster().awaitPair(two);
        assertEquals(application, Files.readString(two.path("/run/journal.pid")), "the application was not touched");
        assertTrue(applicationRuns(two));
    }

    @Test
    void t10RestartOnThePrimaryRestartsTheApplicationOnly() throws IOException {
        Node one = cluster().node1();
        LogReader oneSays = LogReader.of(one);
        LogReader twoSays = LogReader.of(cluster().node2());
        String application = Files.readString(one.path("/run/journal.pid"));
        one.lockstep("restart", "-m", Mirror.NAME).expectOk();
        oneSays.expect("Local state PRIM Transient", "Script stop_prim", "Script start_prim", "Local state PRIM Ready");
        cluster().awaitPair(one);
        assertTrue(applicationRuns(one));
        assertFalse(application.equals(Files.readString(one.path("/run/journal.pid"))));
        twoSays.expectNone("Local state");
    }

    @Test
    void t12AFileAppearsOnTheSecondaryWhichIsReadOnly() throws IOException {
        Path here = cluster().node1().path(PAIR.directory() + "/t12");
        Path there = cluster().node2().path(PAIR.directory() + "/t12");
        Files.writeString(here, "written on the primary");
        assertEquals("written on the primary", Files.readString(there));
        FileSystemException refused = assertThrows(FileSystemException.class, () -> Files.delete(there));
        assertTrue(refused.getMessage().contains("Read-only"), refused::getMessage);
        assertEquals("written on the primary", Files.readString(there));
        Files.delete(here);
        assertFalse(Files.exists(there));
    }

    @Test
    void t12TimesSetOnPurposeArriveAlsoOfDirectories() throws IOException {
        FileTime longAgo = FileTime.from(Instant.parse("2001-02-03T04:05:06.123456789Z"));
        for (String name : List.of("/timed-directory", "/timed-file")) {
            Path here = cluster().node1().path(PAIR.directory() + name);
            if (name.endsWith("file")) {
                Files.createFile(here);
            } else {
                Files.createDirectory(here);
            }
            Files.setLastModifiedTime(here, longAgo);
            assertEquals(longAgo, Files.getLastModifiedTime(cluster().node2().onDisk(PAIR.directory() + name)), name);
        }
    }

    @Test
    void t13WhatWasWrittenMeanwhileComesWithTheReintegration() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        stop(one);
        cluster().await(two, "ALONE Ready");
        byte[] content = new byte[BIG_FILE];
        new java.util.Random(13).nextBytes(content);
        Files.write(two.path(PAIR.directory() + "/file2"), content);
        assertFalse(Files.exists(one.onDisk(PAIR.directory() + "/file2")));

        LogReader oneSays = LogReader.of(one);
        one.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster().awaitPair(two);
        oneSays.expect(
                "Local state SECOND Transient",
                "Updating directory tree from " + PAIR.directory(),
                "Copied",
                "Reintegration ended (changes only)",
                "Local state SECOND Ready");
        assertEquals(List.of(), Trees.differences(cluster(), PAIR.directory()));
        assertEquals(-1, Files.mismatch(one.path(PAIR.directory() + "/file2"), two.path(PAIR.directory() + "/file2")));
        Files.delete(two.path(PAIR.directory() + "/file2"));
    }

    @Test
    void t21TheNodeWithOldDataWaitsForTheOther() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        stop(two);
        Files.writeString(one.path(PAIR.directory() + "/t21"), "newer");
        stop(one);
        LogReader twoSays = LogReader.of(two);
        two.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster().await(two, "WAIT NotReady");
        twoSays.expect("rfs_notuptodate_server");
        Patience.holds(
                "waiting",
                Duration.ofSeconds(5),
                () -> two.view().is("WAIT NotReady"),
                () -> two.view().toString());
        one.lockstep("start", "-m", Mirror.NAME).expectOk();
        cluster().awaitPair(one);
        assertEquals("newer", Files.readString(two.path(PAIR.directory() + "/t21")));
    }

    @Test
    void t25SwapMovesTheApplicationThereAndBackAndDataStayEqual() throws IOException {
        Node one = cluster().node1();
        Node two = cluster().node2();
        Files.writeString(one.path(PAIR.directory() + "/t25"), "before");
        one.lockstep("swap", "-m", Mirror.NAME).expectOk();
        cluster().awaitPair(two);
        assertTrue(applicationRuns(two));
        assertFalse(applicationRuns(one));
        assertEquals(List.of(), Trees.differences(cluster(), PAIR.directory()));

        Files.writeString(two.path(PAIR.directory() + "/t25"), "there");
        two.lockstep("swap", "-m", Mirror.NAME).expectOk();
        cluster().awaitPair(one);
        assertEquals(List.of(), Trees.differences(cluster(), PAIR.directory()));

        Files.writeString(one.path(PAIR.directory() + "/t25"), "back");
        two.lockstep("swap", "nosync", "-m", Mirror.NAME).expectOk();
        cluster().awaitPair(two);
        assertEquals("back", Files.readString(two.path(PAIR.directory() + "/t25")));
        assertEquals(List.of(), Trees.differences(cluster(), PAIR.directory()));
    }
}
