package dev.lockstep.api.fs;

/**
 * One extended attribute (POSIX ACLs included, under their {@code system.posix_acl_*} names). The arrays are not copied:
 * who holds one does not change it.
 *
 * @param name the full name, for example {@code user.comment}, without terminator
 * @param value its bytes
 */
@SuppressWarnings("ArrayRecordComponent")
public record ExtendedAttribute(byte[] name, byte[] value) {}
