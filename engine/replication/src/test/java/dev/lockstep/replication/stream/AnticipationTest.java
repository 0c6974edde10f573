package dev.lockstep.replication.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.FlushForecast;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.Timestamp;
import dev.lockstep.api.link.ReplicationLink;
import dev.lockstep.replication.wire.Frame;
import dev.lockstep.replication.wire.FrameReader;
import dev.lockstep.replication.wire.MalformedFrame;
import dev.lockstep.replication.wire.MutationCodec;
import java.lang.reflect.Proxy;
import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * P1: what a secondary answers when it flushes before it is asked. The primary's file is in the rhythm of one write and one data
 * flush; what follows is told as text:
 *
 * <ul>
 *   <li>from the primary: w write, f data flush, F flush of everything, d write to be on disk when answered, m data flush that may be
 *       answered from memory, c attributes, t truncation, p hole, x extended attribute, y the same removed, l inode flags, n a second
 *       name, o write of another file
 *   <li>the disk: r runs the flushes that wait, with what follows in brackets happening while the first of them runs; e makes the next
 *       one fail; b makes it meet a defect
 *   <li>. ends the session
 *   <li>what is seen: s flush of data begun, S flush of everything begun, A applied, D durable, R rejected, ! this node cannot follow
 * </ul>
 */
class AnticipationTest {
    private static final long FILE = 7;
    private static final long OTHER = 8;
    private static final byte[] NAME = {'n'};

    private final StringBuilder seen = new StringBuilder();
    private final Later threads = new Later();
    private final BackingTree tree = (BackingTree) Proxy.newProxyInstance(
            BackingTree.class.getClassLoader(), new Class<?>[] {BackingTree.class}, (proxy, method, arguments) -> {
                if (arguments.length == 1 && arguments[0] instanceof Mutation.Flush flush) {
                    flush(flush);
                }
                return method.getReturnType() == boolean.class ? true : null;
            });
    private final SecondaryApplier applier =
            new SecondaryApplier(link(), List.of(tree), new FlushPool(threads, what -> {}), reason -> seen.append('!'));
    private String meanwhile = "";
    private Exception failure;
    private long sequence;

    @ParameterizedTest(name = "{0}: {1} gives {2}")
    @CsvSource({
        // covered
        "asked when it has ended,                   w r f,          AsD",
        "asked while it runs,                       w r(f),         AsD",
        "asked before it runs,                      w f r,          AsD",
        "asked twice,                               w r f f,        AsDD",
        "asked twice while it runs,                 w r(ff),        AsDD",
        "another file is written,                   w r o f,        AsAD",
        "a name more is no change of the file,      w r n f,        AsAD",
        "again and again,                           w r f w r f,    AsDAsD",
        // not covered
        "written again,                             w r w f r,      AsAsD",
        "written again while it runs,               w r(wf),        AsAsD",
        "written again before it runs,              w w f r,        AAsD",
        "written while it runs and asked later,     w r(w) f r,     AsAsD",
        "attributes changed,                        w r c f r,      AsAsD",
        "attributes changed while it runs,          w r(cf),        AsAsD",
        "cut,                                       w r t f r,      AsAsD",
        "punched,                                   w r p f r,      AsAsD",
        "extended attribute,                        w r x f r,      AsAsD",
        "extended attribute removed,                w r y f r,      AsAsD",
        "inode flags,                               w r l f r,      AsAsD",
        "written and flushed at once,               w r d r f r,    AssDsD",
        "everything is asked for,                   w r F r,        AsSD",
        "everything is asked for while it runs,     w r(F),         AsSD",
        "everything is asked for before it runs,    w F r,          ASD",
        // when it is begun
        "only one runs,                             w r(fw) f r,    AsADsD",
        "answers from memory ask for nothing,       w r m f,        AsAD",
        "everything asked for breaks the rhythm,    w r F r w r,    AsSDA",
        "no flush comes,                            w r w r w r,    AsAA",
        // errors
        "it fails and nobody asks,                  w e r,          AsR!",
        "it fails and is asked for,                 w f e r,        AsR!",
        "it fails while it is asked for,            w e r(f),       AsR!",
        "it has failed and is asked for,            w e r f r,      AsR!",
        "it fails while one waits it does not cover,w e r(wf),      AsAR!s",
        "it fails while another is to be durable,   w e r(d),       AsR!s",
        "a defect,                                  w b r,          AsR!",
        "it fails when the session is over,         w e . r f,      As",
        "it ends when the session is over,          w f . r,        As",
    })
    void givenAFileInRhythm_whenThisHappens_thenADurableAnswerFollowsAFlushBegunAfterTheLastChange(
            String what, String steps, String expected) throws Exception {
        rhythm();
        play(steps);
        assertEquals(expected, seen.toString(), what);
    }

    @Test
    void givenASessionThatIsNew_thenNothingIsAnticipatedBeforeTheRhythmIsKnown() throws Exception {
        for (int i = 0; i < FlushForecast.INTERVALS; i++) {
            play("w r");
            assertEquals("A", take());
            play("f r");
            assertEquals("sD", take());
        }
    }

    @Test
    void givenAnswersFromMemory_thenNothingIsAnticipated() throws Exception {
        play("wmr".repeat(20));
        assertEquals("AA".repeat(20), seen.toString());
    }

    @Test
    void givenManyOtherFilesFlushedMeanwhile_thenTheRhythmIsForgotten() throws Exception {
        rhythm();
        flushOthers(RecentFlushes.OBJECTS_MAX - 1);
        play("w r f");
        assertEquals("AsD", take(), "one place less than there are");
        flushOthers(RecentFlushes.OBJECTS_MAX);
        play("w r");
        assertEquals("A", take(), "as many as there are places");
    }

    private void flushOthers(int count) throws Exception {
        for (int i = 0; i < count; i++) {
            receive(new Mutation.Flush(0, 1000 + i, true), true);
            threads.run();
            assertEquals("sD", take());
        }
    }

    private void rhythm() throws Exception {
        play("f r");
        play("wfr".repeat(FlushForecast.INTERVALS));
        take();
    }

    private String take() {
        String all = seen.toString();
        seen.setLength(0);
        return all;
    }

    private void play(String steps) throws MalformedFrame {
        String compact = steps.replace(" ", "");
        for (int at = 0; at < compact.length(); at++) {
            if (compact.startsWith("r(", at)) {
                int end = compact.indexOf(')', at);
                meanwhile = compact.substring(at + 2, end);
                at = end;
                threads.run();
            } else {
                step(compact.charAt(at));
            }
        }
    }

    private void step(char step) throws MalformedFrame {
        switch (step) {
            case 'w' -> receive(write(FILE), false);
            case 'o' -> receive(write(OTHER), false);
            case 'd' -> receive(write(FILE), true);
            case 'f' -> receive(new Mutation.Flush(0, FILE, true), true);
            case 'm' -> receive(new Mutation.Flush(0, FILE, true), false);
            case 'F' -> receive(new Mutation.Flush(0, FILE, false), true);
            case 'c' -> receive(attributes(Mutation.SetAttributes.MODE), false);
            case 't' -> receive(attributes(Mutation.SetAttributes.SIZE), false);
            case 'p' -> receive(new Mutation.Allocate(0, FILE, 3, 0, 1, false), false);
            case 'x' -> receive(new Mutation.SetExtendedAttribute(0, FILE, NAME, NAME, -1), false);
            case 'y' -> receive(new Mutation.RemoveExtendedAttribute(0, FILE, NAME), false);
            case 'l' -> receive(new Mutation.SetFlags(0, FILE, 0), false);
            case 'n' -> receive(new Mutation.Link(0, FILE, 1, NAME), false);
            case 'r' -> threads.run();
            case 'e' -> failure = new FileSystemFailure(FileSystemFailure.EIO, "flush");
            case 'b' -> failure = new IllegalStateException("broken on purpose");
            case '.' -> applier.stop();
            default -> throw new IllegalArgumentException("step " + step);
        }
    }

    private static Mutation write(long id) {
        return new Mutation.Write(0, id, 0, ByteBuffer.allocate(1), false, false);
    }

    private static Mutation attributes(int mask) {
        return new Mutation.SetAttributes(0, FILE, mask, 0, 0, 0, 0, Timestamp.EPOCH, Timestamp.EPOCH, false);
    }

    private void receive(Mutation mutation, boolean durable) throws MalformedFrame {
        ByteBuffer frame = ByteBuffer.allocate(MutationCodec.frameSize(mutation));
        MutationCodec.put(frame, mutation, durable ? MutationCodec.WANT_DURABLE : 0);
        sequence++;
        frame.putLong(MutationCodec.SEQUENCE_AT, sequence).flip();
        applier.received(new FrameReader(frame));
    }

    private void flush(Mutation.Flush flush) throws Exception {
        seen.append(flush.dataOnly() ? 's' : 'S');
        Exception now = failure;
        failure = null;
        String steps = meanwhile;
        meanwhile = "";
        play(steps);
        if (now != null) {
            throw now;
        }
    }

    private ReplicationLink link() {
        return (ReplicationLink) Proxy.newProxyInstance(
                ReplicationLink.class.getClassLoader(),
                new Class<?>[] {ReplicationLink.class},
                (proxy, method, arguments) -> switch (method.getName()) {
                    case "allocate" -> ByteBuffer.allocate((Integer) arguments[0]);
                    case "send" -> {
                        sent((ByteBuffer) arguments[0]);
                        yield null;
                    }
                    default -> throw new UnsupportedOperationException(method.getName());
                });
    }

    private void sent(ByteBuffer frame) throws MalformedFrame {
        seen.append(
                switch (new FrameReader(frame).type()) {
                    case Frame.APPLIED -> 'A';
                    case Frame.DURABLE -> 'D';
                    case Frame.REJECTED -> 'R';
                    default -> '?';
                });
    }
}
