package dev.lockstep.replication.kit;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.FlushForecast;
import dev.lockstep.api.fs.StableId;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/**
 * An application that writes records of one file and flushes the data in a rhythm, several flushes ahead of their answers, and now and
 * then falls out of it. It knows up to which record an answered flush reached.
 */
public final class RhythmWitness implements Runnable {
    private static final int RECORD = 32;
    private static final int AHEAD_MAX = 3;
    private static final int RHYTHM_MAX = 3;
    private static final int STUMBLES_EVERY = 25;
    private static final long POLL_MILLIS = 5;

    private final String name;
    private final Application app;
    private final Random random;
    private final int rhythm;
    private final long file;
    private final List<Flush> open = new ArrayList<>();
    private int written;
    private volatile int promised;
    private volatile boolean end;

    /** A flush that was asked for behind so many records. */
    private record Flush(int records, CompletableFuture<Integer> answer) {}

    /** Makes its file. */
    public RhythmWitness(String name, Application app, long seed) {
        this.name = name;
        this.app = app;
        random = new Random(seed);
        rhythm = 1 + random.nextInt(RHYTHM_MAX);
        file = app.file(StableId.ROOT, name);
    }

    /** Keeps to the rhythm, without haste, until it can be foreseen, and stops where a flush would follow. */
    public void find() {
        for (int i = 0; i <= FlushForecast.INTERVALS; i++) {
            writes(rhythm);
            Application.expect(app.flushData(0, file));
        }
        writes(rhythm);
    }

    /** Works until {@link #end}. */
    @Override
    public void run() {
        while (!end) {
            if (random.nextInt(STUMBLES_EVERY) == 0) {
                stumble();
            } else {
                for (int i = 0; i < rhythm; i++) {
                    CompletableFuture<Integer> _ = write();
                }
                CompletableFuture<Integer> _ = flush();
            }
            look(random.nextInt(AHEAD_MAX));
        }
    }

    /** Asks it to end. */
    public void end() {
        end = true;
    }

    /** Answered flushes promise as many records. */
    public int promised() {
        return promised;
    }

    /** Only the answers of data flushes count. */
    private void stumble() {
        CompletableFuture<Integer> _ = switch (random.nextInt(5)) {
            case 0 -> write();
            case 1 -> app.chmod(0, file, random.nextInt(01000));
            case 2 -> app.truncate(0, file, (long) written * RECORD);
            case 3 -> app.flush(0, file);
            default -> flush();
        };
    }

    private void writes(int count) {
        for (int i = 0; i < count; i++) {
            Application.expect(write());
        }
    }

    private CompletableFuture<Integer> write() {
        int record = written++;
        return app.write(0, file, (long) record * RECORD, record(record), false);
    }

    private CompletableFuture<Integer> flush() {
        Flush flush = new Flush(written, app.flushData(0, file));
        open.add(flush);
        return flush.answer;
    }

    /** Takes the answers that came; waits until no more than so many are open. */
    private void look(int ahead) {
        while (!open.isEmpty() && !end) {
            Flush first = open.getFirst();
            if (!first.answer.isDone() && (open.size() <= ahead || !awaited(first.answer))) {
                return;
            }
            open.removeFirst();
            if (first.answer.join() == 0) {
                promised = Math.max(promised, first.records);
            }
        }
    }

    /** Waits for an answer as long as this is to work. @return whether it came */
    private boolean awaited(CompletableFuture<Integer> answer) {
        while (!end) {
            try {
                answer.get(POLL_MILLIS, TimeUnit.MILLISECONDS);
                return true;
            } catch (TimeoutException e) {
                // the node it is to come from may be gone: look whether this is to end
            } catch (InterruptedException | ExecutionException e) {
                throw new AssertionError(e);
            }
        }
        return false;
    }

    /** What of so many records is not in a tree, empty if nothing. */
    public String missing(MemoryTree tree, int records) throws FileSystemFailure {
        for (int record = 0; record < records; record++) {
            ByteBuffer found = ByteBuffer.allocate(RECORD);
            tree.read(file, (long) record * RECORD, found);
            if (!java.util.Arrays.equals(found.array(), record(record))) {
                return "record " + record + " of " + name + " (rhythm " + rhythm + ") was flushed with " + records
                        + " and is missing";
            }
        }
        return "";
    }

    private byte[] record(int number) {
        byte[] data = new byte[RECORD];
        byte[] text = (name + "-" + number).getBytes(StandardCharsets.UTF_8);
        System.arraycopy(text, 0, data, 0, text.length);
        return data;
    }
}
