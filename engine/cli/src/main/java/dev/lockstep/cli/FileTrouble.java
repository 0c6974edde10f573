package dev.lockstep.cli;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;

/** What is the matter with a file the operator names, as a sentence: of some failures Java says the path only. */
final class FileTrouble {
    private FileTrouble() {}

    static String reading(Path file, IOException failure) {
        return failure instanceof NoSuchFileException ? file + " does not exist." : sentence(file, "read", failure);
    }

    static String writing(Path file, IOException failure) {
        return failure instanceof NoSuchFileException
                ? file + " cannot be written: its directory does not exist."
                : sentence(file, "written", failure);
    }

    private static String sentence(Path file, String done, IOException failure) {
        return switch (failure) {
            case AccessDeniedException denied -> file + " cannot be " + done + ": this user may not.";
            case FileSystemException told
            when told.getReason() != null -> file + " cannot be " + done + ": " + told.getReason() + ".";
            default -> file + " cannot be " + done + ": " + failure.getMessage() + ".";
        };
    }
}
