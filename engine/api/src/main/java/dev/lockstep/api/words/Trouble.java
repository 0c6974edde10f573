package dev.lockstep.api.words;

import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.FileSystemLoopException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.NotLinkException;

/** Why something failed, for a sentence: of some failures of files Java says the path and not what is the matter with it. */
public final class Trouble {
    private Trouble() {}

    /** The reason in words, with the file where one is known. */
    public static String of(Throwable failure) {
        if (failure instanceof FileSystemException file && file.getReason() == null && file.getFile() != null) {
            String place = file.getOtherFile() == null ? file.getFile() : file.getFile() + " -> " + file.getOtherFile();
            return place + " " + matter(file);
        }
        return failure.getMessage() == null ? failure.toString() : failure.getMessage();
    }

    private static String matter(FileSystemException failure) {
        return switch (failure) {
            case NoSuchFileException missing -> "does not exist";
            case AccessDeniedException denied -> "may not be used: access is denied";
            case NotDirectoryException other -> "is no directory";
            case NotLinkException other -> "is no symbolic link";
            case FileAlreadyExistsException there -> "exists already";
            case DirectoryNotEmptyException full -> "is a directory that is not empty";
            case FileSystemLoopException loop -> "leads back to a directory above it";
            default -> "cannot be used (" + failure.getClass().getSimpleName() + ")";
        };
    }
}
