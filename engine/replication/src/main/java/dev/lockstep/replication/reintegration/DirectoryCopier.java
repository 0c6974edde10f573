package dev.lockstep.replication.reintegration;

import dev.lockstep.api.fs.DirectoryEntry;
import dev.lockstep.api.fs.FileSystemFailure;
import dev.lockstep.api.fs.ObjectKind;
import dev.lockstep.replication.session.Answer;
import dev.lockstep.replication.wire.Frame;
import java.io.IOException;
import java.util.List;
import java.util.function.Consumer;

/** Gives directories of the target the names they have here. */
final class DirectoryCopier {
    private final CopyTools tools;
    private final RoundOptions options;
    private final ObjectCopier objects;

    DirectoryCopier(CopyTools tools, RoundOptions options, ObjectCopier objects) {
        this.tools = tools;
        this.options = options;
        this.objects = objects;
    }

    /** First step: the target's directory gives up what it should not hold. */
    void park(Place directory) throws IOException, InterruptedException {
        options.checkTime();
        tools.sender().sendListing(Frame.PARK, directory.tree(), directory.id(), entries(directory), answer -> {
            // a directory the target does not have holds nothing it should not
            if (!(answer instanceof Answer.Absent)) {
                objects.expectDone(directory, answer);
            }
        });
    }

    /** Second step: it takes what it should hold. Nothing is sent if this is no directory any more. */
    void adopt(Place directory, Consumer<Answer> answered) throws IOException, InterruptedException {
        options.checkTime();
        if (isDirectory(directory)) {
            tools.sender().sendListing(Frame.ADOPT, directory.tree(), directory.id(), entries(directory), answered);
        }
    }

    /** Whether an object is a directory. */
    boolean isDirectory(Place place) throws Broken {
        try {
            return tools.trees()
                            .get(place.tree())
                            .state(place.id())
                            .attributes()
                            .kind()
                    == ObjectKind.DIRECTORY;
        } catch (FileSystemFailure e) {
            if (e.errno() == FileSystemFailure.ENOENT) {
                return false;
            }
            throw new Broken("this node cannot read an object: " + e.getMessage());
        }
    }

    /** What a directory holds; nothing if it is gone. */
    List<DirectoryEntry> entries(Place directory) throws Broken {
        try {
            return tools.trees().get(directory.tree()).entries(directory.id());
        } catch (FileSystemFailure e) {
            if (e.errno() == FileSystemFailure.ENOENT) {
                return List.of();
            }
            throw new Broken("this node cannot read a directory: " + e.getMessage());
        }
    }
}
