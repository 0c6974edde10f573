package dev.lockstep.fuse.op;

import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.device.Operation;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.wire.Negotiation;
import dev.lockstep.fuse.wire.Opcode;
import java.util.function.Consumer;

/** The table of operations by opcode. */
public final class Operations {
    private Operations() {}

    /**
     * All operations of a mount.
     *
     * @param initialized told what kernel and engine agreed on
     * @param refused told why they could not agree
     */
    public static Operation[] of(Service service, Consumer<Negotiation> initialized, Consumer<String> refused) {
        Operation[] table = new Operation[Opcode.COUNT];
        table[Opcode.INIT] = new Initialize(initialized, refused);
        table[Opcode.LOOKUP] = new Lookup(service);
        table[Opcode.FORGET] = new Forget(service);
        table[Opcode.BATCH_FORGET] = new ForgetMany(service);
        table[Opcode.GETATTR] = new GetAttributes(service);
        table[Opcode.STATX] = new GetBirth(service);
        table[Opcode.SETATTR] = new SetAttributesOperation(service);
        table[Opcode.READLINK] = new ReadLink(service);
        table[Opcode.SYMLINK] = new MakeObject(service);
        table[Opcode.MKNOD] = table[Opcode.SYMLINK];
        table[Opcode.MKDIR] = table[Opcode.SYMLINK];
        table[Opcode.CREATE] = new CreateFile(service);
        table[Opcode.TMPFILE] = new CreateNameless(service);
        table[Opcode.UNLINK] = new RemoveName(service);
        table[Opcode.RMDIR] = table[Opcode.UNLINK];
        table[Opcode.RENAME] = new RenameOperation(service);
        table[Opcode.RENAME2] = table[Opcode.RENAME];
        table[Opcode.LINK] = new LinkOperation(service);
        table[Opcode.OPEN] = new OpenOperation(service);
        table[Opcode.READ] = new Read(service);
        table[Opcode.WRITE] = new Write(service);
        table[Opcode.FLUSH] = new FlushOperation(service);
        table[Opcode.RELEASE] = new Release(service);
        table[Opcode.FSYNC] = new Synchronize(service);
        table[Opcode.FSYNCDIR] = new SynchronizeDirectory(service);
        table[Opcode.FALLOCATE] = new AllocateOperation(service);
        table[Opcode.LSEEK] = new Seek(service);
        table[Opcode.OPENDIR] = new OpenDirectoryOperation(service);
        table[Opcode.READDIR] = new ReadDirectory(service);
        table[Opcode.READDIRPLUS] = table[Opcode.READDIR];
        table[Opcode.RELEASEDIR] = new ReleaseDirectory(service);
        table[Opcode.STATFS] = new FileSystemStatus(service);
        table[Opcode.GETXATTR] = new GetExtendedAttribute(service);
        table[Opcode.LISTXATTR] = new ListExtendedAttributes(service);
        table[Opcode.SETXATTR] = new SetExtendedAttributeOperation(service);
        table[Opcode.REMOVEXATTR] = new RemoveExtendedAttributeOperation(service);
        table[Opcode.IOCTL] = new Control(service);
        // An operation once committed cannot be taken back, and none waits for ever: interrupts are ignored.
        table[Opcode.INTERRUPT] = Exchange::ignore;
        table[Opcode.NOTIFY_REPLY] = Exchange::ignore;
        table[Opcode.DESTROY] = exchange -> exchange.answer(0);
        // The kernel then copies by reading and writing, which is replicated.
        table[Opcode.COPY_FILE_RANGE] = exchange -> exchange.answer(Errno.ENOSYS);
        table[Opcode.COPY_FILE_RANGE_64] = table[Opcode.COPY_FILE_RANGE];
        // These the kernel does by itself from then on: permissions, polling, block maps.
        table[Opcode.ACCESS] = exchange -> exchange.answer(Errno.ENOSYS);
        table[Opcode.POLL] = table[Opcode.ACCESS];
        table[Opcode.BMAP] = table[Opcode.ACCESS];
        for (int opcode = 0; opcode < table.length; opcode++) {
            table[opcode] = table[opcode] == null ? null : service.guarded(table[opcode]);
        }
        return table;
    }
}
