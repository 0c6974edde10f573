package dev.lockstep.replication.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.Mutation;
import java.lang.reflect.Proxy;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlushPoolTest {
    private static final long FILE = 7;
    private static final int LIMIT_SECONDS = 20;

    private final List<Mutation> flushed = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Later threads = new Later();
    private final FlushPool pool = new FlushPool(threads, what -> {});
    private Runnable meanwhile = () -> {};
    private final BackingTree tree = (BackingTree) Proxy.newProxyInstance(
            BackingTree.class.getClassLoader(), new Class<?>[] {BackingTree.class}, (proxy, method, arguments) -> {
                flushed.add((Mutation) arguments[0]);
                meanwhile.run();
                return null;
            });

    @Test
    void givenAnObject_whenOnlyItsDataIsAskedFor_thenOnlyItsDataIsFlushed() {
        ask("data", true);
        threads.run();
        assertEquals(List.of(new Mutation.Flush(0, FILE, true)), flushed);
        assertEquals(List.of("data"), told);
    }

    @Test
    void givenAnObject_whenEverythingIsAskedFor_thenEverythingIsFlushed() {
        ask("all", false);
        threads.run();
        assertEquals(List.of(new Mutation.Flush(0, FILE, false)), flushed);
    }

    @Test
    void givenRequestsThatWait_whenOneOfThemAsksForEverything_thenOneFlushOfEverythingAnswersAll() {
        ask("data", true);
        ask("all", false);
        ask("data again", true);
        threads.run();
        assertEquals(List.of(new Mutation.Flush(0, FILE, false)), flushed);
        assertEquals(List.of("data", "all", "data again"), told);
    }

    @Test
    void givenAFlushThatRuns_whenTheSameObjectIsAskedFor_thenItIsFlushedAgainOnceTheFirstIsOver() {
        ask("first", true);
        meanwhile = () -> {
            meanwhile = () -> assertEquals(List.of("first"), told);
            ask("second", true);
            ask("third", true);
            threads.run();
            assertEquals(1, flushed.size(), "two would share a descriptor, and an error is told to one of them only");
        };
        threads.run();
        assertEquals(2, flushed.size());
        assertEquals(List.of("first", "second", "third"), told);
    }

    @Test
    void givenATreeThatBreaks_whenItIsFlushed_thenTheRequestFailsAndTheNextOneIsServed() {
        meanwhile = () -> {
            meanwhile = () -> {};
            throw new IllegalStateException("broken on purpose");
        };
        ask("first", true);
        threads.run();
        ask("second", true);
        threads.run();
        assertEquals(List.of("first failed", "second"), told);
    }

    @Test
    void givenManyObjects_whenTheyAreAskedForAtOnce_thenTheirFlushesWaitForTheDiskTogether()
            throws InterruptedException {
        int objects = 16;
        CountDownLatch together = new CountDownLatch(objects);
        CountDownLatch all = new CountDownLatch(objects);
        BackingTree slow = (BackingTree) Proxy.newProxyInstance(
                BackingTree.class.getClassLoader(), new Class<?>[] {BackingTree.class}, (proxy, method, arguments) -> {
                    together.countDown();
                    return together.await(LIMIT_SECONDS, TimeUnit.SECONDS);
                });
        try (ExecutorService flushThreads = FlushPool.threads("flush-")) {
            FlushPool many = new FlushPool(flushThreads, what -> {});
            for (long id = 1; id <= objects; id++) {
                many.flush(slow, 0, new long[] {id}, true, failure -> all.countDown());
            }
            assertTrue(all.await(LIMIT_SECONDS, TimeUnit.SECONDS));
        }
        assertEquals(0, together.getCount(), "each flush began before another one had ended");
    }

    private void ask(String name, boolean dataOnly) {
        pool.flush(
                tree, 0, new long[] {FILE}, dataOnly, failure -> told.add(failure == null ? name : name + " failed"));
    }
}
