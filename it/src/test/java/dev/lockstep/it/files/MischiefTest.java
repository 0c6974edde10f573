package dev.lockstep.it.files;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The random operations test can tell trees apart and really does what it says, shown on plain directories. */
class MischiefTest {
    private static final Set<String> EVERYTHING = new TreeSet<>(List.of(
            "append",
            "chmod",
            "chown",
            "copy_file_range",
            "fallocate",
            "fchmod",
            "fdatasync",
            "fsync",
            "ftruncate",
            "link",
            "link-open",
            "list",
            "mkdir",
            "mknod",
            "mmap",
            "open",
            "open-nameless",
            "read",
            "readlink",
            "remove-acl",
            "removexattr",
            "rename",
            "rename-exchange",
            "rename-noreplace",
            "rmdir",
            "set-acl",
            "setxattr",
            "stat",
            "symlink",
            "syncfs",
            "truncate",
            "unlink",
            "utimens",
            "write"));

    @TempDir
    Path directory;

    @Test
    void sameDeedsMakeEqualTreesAndEveryKindOccurs() throws IOException {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        Burst burst = new Burst(42);
        try (Place first = new Place(one.toString());
                Place second = new Place(two.toString())) {
            burst.run(first, second, 8000);
        }
        assertEquals(List.of(), burst.mismatches(), burst::story);
        TreeImage left = TreeImage.of(one, TreeImage.Detail.WITHOUT_TIMES);
        assertEquals(List.of(), left.differences(TreeImage.of(two, TreeImage.Detail.WITHOUT_TIMES)));
        assertTrue(left.size() > 10, "only " + left.size() + " objects were left");
        assertEquals(EVERYTHING, burst.successes().keySet());
    }

    @Test
    void anyDifferenceIsSeen() throws IOException {
        Path one = Files.createDirectory(directory.resolve("one"));
        Path two = Files.createDirectory(directory.resolve("two"));
        for (Path tree : List.of(one, two)) {
            Files.writeString(tree.resolve("content"), tree.equals(one) ? "a" : "b");
            Files.writeString(tree.resolve("mode"), "");
            Files.writeString(tree.resolve("xattr"), "");
            Files.writeString(tree.resolve("linked"), "");
            Files.createLink(tree.resolve("other name"), tree.resolve("linked"));
        }
        Posix.chmod(bytes(two.resolve("mode")), 0600);
        Posix.lsetxattr(bytes(two.resolve("xattr")), "user.a", new byte[] {1});
        Files.delete(two.resolve("other name"));
        Files.writeString(two.resolve("other name"), "");
        Files.writeString(two.resolve("more"), "");
        String differences = TreeImage.of(one, TreeImage.Detail.WITHOUT_TIMES)
                .differences(TreeImage.of(two, TreeImage.Detail.WITHOUT_TIMES))
                .toString();
        for (String seen : List.of("/content", "/mode", "/xattr", "one file: [/linked, /other name]", "/more")) {
            assertTrue(differences.contains(seen), () -> seen + " is missing in " + differences);
        }
    }

    private static byte[] bytes(Path path) {
        return path.toString().getBytes(StandardCharsets.UTF_8);
    }
}
