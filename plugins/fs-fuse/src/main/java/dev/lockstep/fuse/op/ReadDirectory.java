package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.StableId;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.sys.Status;
import dev.lockstep.fuse.tree.CoveredTree;
import dev.lockstep.fuse.wire.Attr;
import dev.lockstep.fuse.wire.Dirent;
import dev.lockstep.fuse.wire.Frame;
import dev.lockstep.fuse.wire.Opcode;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;

/**
 * READDIR and READDIRPLUS, with the backing directory's own offsets, which stay right when entries come and go. Each entry of the
 * second kind but {@code .} and {@code ..} tells the kernel an object once more.
 */
final class ReadDirectory implements Operation {
    private static final String OPERATION = "READDIR";

    private final Service service;
    private final CoveredTree tree;

    ReadDirectory(Service service) {
        this.service = service;
        tree = service.tree();
    }

    @Override
    public void serve(Exchange exchange) {
        long valid = service.validSeconds();
        OpenDirectory directory = service.directories().get(exchange.request().number(0));
        if (directory == null) {
            exchange.answer(Errno.EBADF);
            return;
        }
        long offset = exchange.request().number(8);
        int room =
                (int) Math.min(exchange.request().integer(16), exchange.reply().byteSize() - Frame.HEADER);
        synchronized (directory) {
            int filled = fill(exchange, directory, offset, room, valid);
            if (filled < 0) {
                exchange.answer(-filled);
            } else {
                // Not taken back entry by entry if the kernel does not want it: the counts die with the mount.
                exchange.answerBody(filled);
            }
        }
    }

    /** Bytes filled, or a negated errno. */
    private int fill(Exchange exchange, OpenDirectory directory, long offset, int room, long valid) {
        if (offset != directory.position) {
            long result = tree.calls().files().seek(OPERATION, directory.descriptor, offset, 0);
            if (result < 0) {
                return (int) result;
            }
            directory.position = offset;
        }
        MemorySegment names = exchange.scratch();
        int filled = 0;
        while (true) {
            long length =
                    tree.calls().files().directoryEntries(OPERATION, directory.descriptor, names, names.byteSize());
            if (length < 0) {
                return filled > 0 ? filled : (int) length;
            }
            if (length == 0) {
                return filled;
            }
            for (long at = 0; at < length; at += recordLength(names, at)) {
                int size = entry(exchange, directory, names, at, Frame.HEADER + (long) filled, room - filled, valid);
                if (size < 0) {
                    // No room for this one: the next request begins here, and the descriptor stands elsewhere.
                    directory.position = -1;
                    return filled;
                }
                filled += size;
                directory.position = names.get(ValueLayout.JAVA_LONG_UNALIGNED, at + Dirent.NATIVE_OFFSET);
            }
        }
    }

    /** Writes one record; its size, 0 when the entry is not shown, -1 when there is no room. */
    private int entry(
            Exchange exchange,
            OpenDirectory directory,
            MemorySegment names,
            long at,
            long target,
            int room,
            long valid) {
        boolean plus = exchange.request().opcode() == Opcode.READDIRPLUS;
        long nameAt = at + Dirent.NATIVE_NAME;
        int nameLength = nameLength(names, nameAt);
        int size = Dirent.size(nameLength) + (plus ? Attr.ENTRY_OUT : 0);
        if (size > room) {
            return -1;
        }
        long parent = exchange.request().node();
        boolean dots = isDots(names, nameAt, nameLength);
        long inode = names.get(ValueLayout.JAVA_LONG_UNALIGNED, at);
        long id = tree.idOfInode(inode);
        Status status = exchange.status();
        if (dots) {
            id = id == StableId.NONE ? StableId.ROOT : id;
        } else if (plus || id == StableId.NONE) {
            byte[] name = new byte[nameLength];
            MemorySegment.copy(names, ValueLayout.JAVA_BYTE, nameAt, name, 0, nameLength);
            if (CoveredTree.isHidden(parent, name)) {
                return 0;
            }
            int result = tree.calls().attributes().status(OPERATION, directory.descriptor, name, status);
            id = result < 0 ? result : tree.identify(OPERATION, directory.descriptor, name, status);
            if (id < 0) {
                // Removed since the directory was read.
                return 0;
            }
        }
        long recordAt = target;
        MemorySegment reply = exchange.reply();
        if (plus) {
            if (dots) {
                reply.asSlice(target, Attr.ENTRY_OUT).fill((byte) 0);
            } else {
                Attr.writeEntry(reply, target, id, status, valid);
                tree.references().add(id);
            }
            recordAt += Attr.ENTRY_OUT;
        }
        long next = names.get(ValueLayout.JAVA_LONG_UNALIGNED, at + Dirent.NATIVE_OFFSET);
        int type = names.get(ValueLayout.JAVA_BYTE, at + Dirent.NATIVE_TYPE);
        Dirent.write(reply, recordAt, id, next, type, names, nameAt, nameLength);
        return size;
    }

    private static int recordLength(MemorySegment names, long at) {
        return Short.toUnsignedInt(names.get(ValueLayout.JAVA_SHORT_UNALIGNED, at + Dirent.NATIVE_LENGTH));
    }

    private static int nameLength(MemorySegment names, long at) {
        int length = 0;
        while (names.get(ValueLayout.JAVA_BYTE, at + length) != 0) {
            length++;
        }
        return length;
    }

    private static boolean isDots(MemorySegment names, long at, int length) {
        return names.get(ValueLayout.JAVA_BYTE, at) == '.'
                && (length == 1 || (length == 2 && names.get(ValueLayout.JAVA_BYTE, at + 1) == '.'));
    }
}
