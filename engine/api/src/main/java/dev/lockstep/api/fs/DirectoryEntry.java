package dev.lockstep.api.fs;

/**
 * One name in a directory and enough of the object it names to create it empty elsewhere.
 *
 * @param name the name's bytes, no slash, no NUL; any encoding
 * @param id the object's stable id
 * @param kind what it is
 * @param device device number for device nodes, else 0
 * @param linkTarget the target of a symbolic link, else empty
 */
@SuppressWarnings("ArrayRecordComponent")
public record DirectoryEntry(byte[] name, long id, ObjectKind kind, long device, byte[] linkTarget) {}
