package dev.lockstep.fuse.op;

import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.Intent;
import dev.lockstep.api.fs.Mutation;
import dev.lockstep.api.fs.Timestamp;
import dev.lockstep.fuse.device.Exchange;
import dev.lockstep.fuse.sys.Errno;
import dev.lockstep.fuse.tree.CoveredTree;

/**
 * Tells the peer the modification time of a file that was written, when the application closes it. Each write would otherwise
 * have to carry it. Nobody waits for the peer here.
 */
final class ModificationTime {
    private final Service service;

    ModificationTime(Service service) {
        this.service = service;
    }

    void tell(Exchange exchange, String operation, OpenFile file) {
        OpenInode inode = file.inode();
        CoveredTree tree = service.tree();
        tree.locks().lock(inode.id);
        try {
            if (!inode.modified || service.isReadOnly()) {
                return;
            }
            inode.modified = false;
            if (service.isPrivate(inode.id)
                    || tree.calls().attributes().status(operation, file.descriptor(), exchange.status()) < 0) {
                return;
            }
            service.enter(exchange, new Intent.Data(service.treeIndex(), inode.id, 0, 0));
            Mutation time = new Mutation.SetAttributes(
                    service.treeIndex(),
                    inode.id,
                    Mutation.SetAttributes.MODIFIED,
                    0,
                    0,
                    0,
                    0,
                    exchange.status().modified(),
                    Timestamp.EPOCH,
                    false);
            service.commit(exchange, time, errno -> {
                // The data was acknowledged before; its time alone is no reason to fail a close.
            });
        } catch (FileSystemFailure failure) {
            // This node may not write any more, or cannot mark: the next close or reintegration carries the time.
            inode.modified = failure.errno() != Errno.ENOENT;
        } finally {
            tree.locks().unlock(inode.id);
        }
    }
}
