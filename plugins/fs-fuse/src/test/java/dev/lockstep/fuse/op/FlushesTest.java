package dev.lockstep.fuse.op;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.FlushForecast;
import dev.lockstep.fuse.sys.FileCalls;
import dev.lockstep.fuse.tree.BackingFile;
import dev.lockstep.fuse.tree.BackingFiles;
import dev.lockstep.fuse.tree.DescriptorBudget;
import dev.lockstep.fuse.tree.ObjectBudget;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How many flushes are anticipated at a time. */
class FlushesTest {
    private final List<String> calls = new ArrayList<>();
    private final FileCalls files = (FileCalls) Proxy.newProxyInstance(
            FileCalls.class.getClassLoader(), new Class<?>[] {FileCalls.class}, (proxy, method, arguments) -> {
                calls.add(method.getName() + " " + arguments[1]);
                return 0;
            });
    private final BackingFiles backing = new BackingFiles(
            files,
            (id, flags) -> {
                throw new AssertionError("nothing is opened here");
            },
            new DescriptorBudget(100, new ObjectBudget(100)));
    private final Flushes flushes = new Flushes(files, backing, 2, (operation, id, errno) -> {});
    private final UntoldErrors untold = new UntoldErrors();

    @Test
    void givenAsManyAsMayBeAtOnce_whenOneMoreIsExpected_thenItIsLeftOut() {
        OpenFile first = inRhythm(new OpenInode(1), 11);
        OpenFile second = inRhythm(new OpenInode(2), 12);
        OpenFile third = inRhythm(new OpenInode(3), 13);
        assertTrue(flushes.begin(first));
        assertTrue(flushes.begin(second));
        assertFalse(flushes.begin(third));
        assertFalse(flushes.isCovered(third, true));
        flushes.anticipate(first);
        assertFalse(flushes.begin(inRhythm(second.inode(), 14)), "one for each file");
        third.inode().writing();
        assertTrue(flushes.begin(third), "the place of the first is free again");
        assertEquals(List.of("fdatasync 11"), calls);
    }

    @Test
    void givenAnOpeningThatIsReleased_whenAFlushIsExpected_thenItsDescriptorIsNotUsedAnyMore() {
        OpenFile file = inRhythm(new OpenInode(1), 11);
        assertTrue(file.anticipated().release());
        assertFalse(flushes.begin(file));
        OpenFile other = inRhythm(file.inode(), 12);
        assertTrue(flushes.begin(other), "it holds up nobody");
        assertFalse(other.anticipated().release());
        flushes.anticipate(other);
        assertEquals(List.of("fdatasync 12", "close 12"), calls);
    }

    private OpenFile inRhythm(OpenInode inode, int descriptor) {
        BackingFile shared = backing.adopt(inode.id, BackingFile.Access.WRITE, descriptor, 0);
        backing.renew(inode.id);
        OpenFile file =
                new OpenFile(shared, 0, inode, false, true, false, new AnticipatedFlush(inode.id, untold, shared));
        inode.changing();
        for (int i = 0; i < FlushForecast.INTERVALS; i++) {
            inode.writing();
            inode.written(file);
            inode.flushed(file, true);
        }
        inode.writing();
        return file;
    }
}
