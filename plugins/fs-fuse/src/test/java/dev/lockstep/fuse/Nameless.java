package dev.lockstep.fuse;

import static org.junit.jupiter.api.Assertions.assertEquals;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.OutputStreamWriter;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;

/** A process that has one file open that it made without a name, and does with it what it is told. */
final class Nameless implements AutoCloseable {
    static final int EXCLUSIVE = 0200;

    private static final String PROGRAM = """
            import ctypes, fcntl, os, struct, sys
            os.umask(0o027)
            libc = ctypes.CDLL(None, use_errno=True)
            def link(name):
                # AT_FDCWD, AT_SYMLINK_FOLLOW
                if libc.linkat(-100, b'/proc/self/fd/%d' % fd, -100, name.encode(), 0x400) != 0:
                    raise OSError(ctypes.get_errno(), name)
            try:
                fd = os.open('.', os.O_TMPFILE | os.O_RDWR | int(sys.argv[1]), int(sys.argv[2]))
            except OSError as e:
                print('errno', e.errno, flush=True)
                sys.exit()
            print('open', flush=True)
            for line in sys.stdin:
                what, _, word = line.rstrip('\\n').partition(' ')
                answer = 'ok'
                try:
                    if what == 'write': os.write(fd, word.encode())
                    elif what == 'sync': os.fsync(fd)
                    elif what == 'link': link(word)
                    elif what == 'close': os.close(fd)
                    elif what == 'immutable': fcntl.ioctl(fd, 0x40086602, struct.pack('l', 0x80010))
                    else: answer = '%d %d' % (os.fstat(fd).st_nlink, os.fstat(fd).st_size)
                except OSError as e:
                    answer = 'errno %d' % e.errno
                print(answer, flush=True)
            """;

    private final Process process;
    private final Writer orders;
    private final BufferedReader answers;

    private Nameless(Path directory, int flags, int mode) throws IOException {
        process = new ProcessBuilder("python3", "-c", PROGRAM, Integer.toString(flags), Integer.toString(mode))
                .directory(directory.toFile())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        orders = new OutputStreamWriter(process.getOutputStream(), StandardCharsets.UTF_8);
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    }

    /** Opens one, with more flags of open(2), under a mask of 027. */
    static Nameless in(Path directory, int flags, int mode) throws IOException {
        Nameless file = new Nameless(directory, flags, mode);
        assertEquals("open", file.answers.readLine());
        return file;
    }

    /** Tries to open one; how that failed. */
    static String failure(Path directory) throws IOException {
        try (Nameless file = new Nameless(directory, 0, 0600)) {
            return file.answers.readLine();
        }
    }

    /** {@code write TEXT}, {@code sync}, {@code link NAME}, {@code close}, {@code immutable}, {@code links-and-size}; the answer. */
    String tell(String order) throws IOException {
        orders.write(order + "\n");
        orders.flush();
        return answers.readLine();
    }

    /** The process ends, and with it its hold on the file. */
    @Override
    public void close() throws IOException {
        process.destroyForcibly().onExit().join();
        orders.close();
    }
}
