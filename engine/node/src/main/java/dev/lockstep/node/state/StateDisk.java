package dev.lockstep.node.state;

import dev.lockstep.api.words.Trouble;
import java.io.IOException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/**
 * The file system that state is kept on, asked when something failed: a full one is the reason of many failures, and what the system
 * says of them names no place.
 *
 * @param directory state directory of the node or of a module
 */
public record StateDisk(Path directory) {
    /** What an operator can remove when it is full. */
    public static final String ADVICE =
            "Make room on it. Of Lockstep's own files these may go: archives in backup/ and modules/lastconfig/, script logs"
                    + " state/*/*.ulog, older logs state/*/module.log.*; then try again.";

    /** With less than this nothing useful can be written. */
    private static final long FULL_BYTES = 256 << 10;

    private static final int PROBE_BYTES = 4_096;

    /** Why something failed, with the place and its file system if that is full. */
    public String explain(Throwable failure) {
        String message = Trouble.of(failure);
        return isFull(failure) ? message + ". " + description() : message;
    }

    /** The same for a failure that is known by its sentence alone. */
    public String explain(String failure) {
        return explain(new IOException(failure));
    }

    /** The same with what to do next: make room, or, if that is not the reason, what is given. */
    public String advise(Throwable failure, String otherwise) {
        return explain(failure) + ". " + (isFull(failure) ? ADVICE : otherwise);
    }

    /** Whether a failure may come from this file system being full: there is no room, or the failure says so and is right. */
    public boolean isFull(Throwable failure) {
        try {
            return store().getUnallocatedSpace() < FULL_BYTES || (saysFull(failure) && !takesAFile());
        } catch (IOException unknown) {
            return false;
        }
    }

    private static boolean saysFull(Throwable failure) {
        for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
            String message = String.valueOf(cause.getMessage()).toLowerCase(Locale.ROOT);
            if (message.contains("no space left") || message.contains("quota exceeded")) {
                return true;
            }
        }
        return false;
    }

    /** Room alone is not enough: there are limits on the number of files, and for users. */
    private boolean takesAFile() {
        try {
            Path probe = Files.createTempFile(directory, "room", ".probe");
            try {
                Files.write(probe, new byte[PROBE_BYTES]);
                return true;
            } finally {
                Files.deleteIfExists(probe);
            }
        } catch (IOException full) {
            return false;
        }
    }

    /** A sentence that names the place and its file system. */
    public String description() {
        try {
            FileStore store = store();
            return "The file system of " + directory + ", mounted as " + store + ", is full: "
                    + (store.getUnallocatedSpace() >> 10) + " KiB of " + (store.getTotalSpace() >> 10) + " KiB are free"
                    + (store.getUnallocatedSpace() < FULL_BYTES ? "" : ", but it takes no more files");
        } catch (IOException unknown) {
            return "The file system of " + directory + " is full";
        }
    }

    private FileStore store() throws IOException {
        Path there = directory.toAbsolutePath();
        while (Files.notExists(there) && there.getParent() != null) {
            there = there.getParent();
        }
        return Files.getFileStore(there);
    }
}
