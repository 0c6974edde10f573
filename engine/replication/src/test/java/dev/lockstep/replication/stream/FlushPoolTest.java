package dev.lockstep.replication.stream;

import static org.junit.jupiter.api.Assertions.assertEquals;

import dev.lockstep.api.fs.BackingTree;
import dev.lockstep.api.fs.Mutation;
import java.lang.reflect.Proxy;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class FlushPoolTest {
    private static final long FILE = 7;

    private final List<Mutation> flushed = new ArrayList<>();
    private final List<String> told = new ArrayList<>();
    private final Later threads = new Later();
    private final FlushPool pool = new FlushPool(threads);
    private final BackingTree tree = (BackingTree) Proxy.newProxyInstance(
            BackingTree.class.getClassLoader(), new Class<?>[] {BackingTree.class}, (proxy, method, arguments) -> {
                flushed.add((Mutation) arguments[0]);
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

    private void ask(String name, boolean dataOnly) {
        pool.flush(
                tree, 0, new long[] {FILE}, dataOnly, failure -> told.add(failure == null ? name : name + " failed"));
    }

    /** Runs what it was given when told to. */
    private static final class Later extends AbstractExecutorService {
        private final Queue<Runnable> tasks = new ArrayDeque<>();

        void run() {
            for (Runnable task = tasks.poll(); task != null; task = tasks.poll()) {
                task.run();
            }
        }

        @Override
        public void execute(Runnable task) {
            tasks.add(task);
        }

        @Override
        public void shutdown() {
            tasks.clear();
        }

        @Override
        public List<Runnable> shutdownNow() {
            return List.of();
        }

        @Override
        public boolean isShutdown() {
            return false;
        }

        @Override
        public boolean isTerminated() {
            return false;
        }

        @Override
        public boolean awaitTermination(long timeout, TimeUnit unit) {
            return true;
        }
    }
}
