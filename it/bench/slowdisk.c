// A disk whose flush takes its time, for two nodes on one machine that shall not share a fast one.
//
//   slowdisk MOUNTPOINT BYTES FLUSH_MICROSECONDS
//
// mounts a file system with one file, "disk", of BYTES in memory. A flush of it is answered after FLUSH_MICROSECONDS; several at once
// wait together, as a disk makes one of them. Reading and writing cost what memory costs. Under a loop device and a file system of
// its own it is an ordinary disk. It ends when it is unmounted, and with the process that started it.
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <linux/fuse.h>
#include <pthread.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/uio.h>
#include <time.h>
#include <unistd.h>

enum { ROOT = FUSE_ROOT_ID, DISK = 2, THREADS = 16, MAX_WRITE = 1 << 20, FOREVER = 86400 };

static int fuse;
static int memory;
static uint64_t bytes;
static struct timespec flush_time;

static void fail(const char *what) {
    fprintf(stderr, "slowdisk: %s: %s\n", what, strerror(errno));
    exit(1);
}

static void answer(uint64_t request, int error, const void *body, size_t length) {
    struct fuse_out_header header = {.len = sizeof header, .error = -error, .unique = request};
    struct iovec parts[2] = {{&header, sizeof header}, {(void *)body, length}};
    if (!error)
        header.len += length;
    if (writev(fuse, parts, !error && length ? 2 : 1) < 0 && errno != ENOENT && errno != ENODEV)
        fail("answer");
}

static struct fuse_attr attributes(uint64_t node) {
    struct fuse_attr attr = {.ino = node, .nlink = 1, .mode = S_IFDIR | 0700, .blksize = 4096};
    if (node == DISK) {
        attr.mode = S_IFREG | 0600;
        attr.size = bytes;
    }
    return attr;
}

static void begin(uint64_t request) {
    struct fuse_init_out out = {
        .major = FUSE_KERNEL_VERSION, .minor = 31, .max_readahead = 128 << 10,
        .flags = FUSE_BIG_WRITES | FUSE_MAX_PAGES | FUSE_ASYNC_READ,
        .max_background = 64, .congestion_threshold = 48,
        .max_write = MAX_WRITE, .max_pages = MAX_WRITE / 4096, .time_gran = 1};
    answer(request, 0, &out, sizeof out);
}

static void look_up(uint64_t request, const char *name) {
    struct fuse_entry_out out = {.nodeid = DISK, .entry_valid = FOREVER, .attr_valid = FOREVER};
    out.attr = attributes(DISK);
    answer(request, strcmp(name, "disk") ? ENOENT : 0, &out, sizeof out);
}

static void read_disk(uint64_t request, const struct fuse_read_in *in, char *buffer) {
    ssize_t count = pread(memory, buffer, in->size < MAX_WRITE ? in->size : MAX_WRITE, in->offset);
    answer(request, count < 0 ? errno : 0, buffer, count < 0 ? 0 : count);
}

static void write_disk(uint64_t request, const struct fuse_write_in *in) {
    ssize_t count = pwrite(memory, in + 1, in->size, in->offset);
    struct fuse_write_out out = {.size = count < 0 ? 0 : count};
    answer(request, count < 0 ? errno : 0, &out, sizeof out);
}

static void allocate(uint64_t request, const struct fuse_fallocate_in *in) {
    answer(request, fallocate(memory, in->mode, in->offset, in->length) ? errno : 0, NULL, 0);
}

static void serve(struct fuse_in_header *header, char *buffer) {
    void *body = header + 1;
    uint64_t request = header->unique;
    switch (header->opcode) {
    case FUSE_INIT: begin(request); break;
    case FUSE_LOOKUP: look_up(request, body); break;
    case FUSE_GETATTR: {
        struct fuse_attr_out out = {.attr_valid = FOREVER, .attr = attributes(header->nodeid)};
        answer(request, 0, &out, sizeof out);
        break;
    }
    case FUSE_OPEN: case FUSE_OPENDIR: {
        struct fuse_open_out out = {.open_flags = header->opcode == FUSE_OPEN ? FOPEN_DIRECT_IO : 0};
        answer(request, 0, &out, sizeof out);
        break;
    }
    case FUSE_READ: read_disk(request, body, buffer); break;
    case FUSE_WRITE: write_disk(request, body); break;
    case FUSE_FALLOCATE: allocate(request, body); break;
    case FUSE_FSYNC:
        clock_nanosleep(CLOCK_MONOTONIC, 0, &flush_time, NULL);
        answer(request, 0, NULL, 0);
        break;
    case FUSE_STATFS: {
        struct fuse_statfs_out out = {.st = {.bsize = 4096, .frsize = 4096, .namelen = 255}};
        answer(request, 0, &out, sizeof out);
        break;
    }
    case FUSE_SETATTR: case FUSE_FLUSH: case FUSE_RELEASE: case FUSE_RELEASEDIR: answer(request, 0, NULL, 0); break;
    case FUSE_FORGET: case FUSE_BATCH_FORGET: case FUSE_INTERRUPT: break;
    case FUSE_DESTROY: exit(0);
    default: answer(request, ENOSYS, NULL, 0);
    }
}

static void *work(void *unused) {
    (void)unused;
    size_t room = MAX_WRITE + 8192;
    char *request = aligned_alloc(4096, room);
    char *buffer = aligned_alloc(4096, MAX_WRITE);
    if (!request || !buffer)
        fail("memory");
    prctl(PR_SET_TIMERSLACK, 1); // a flush is not a timer that may be late
    for (;;) {
        ssize_t length = read(fuse, request, room);
        if (length >= 0)
            serve((struct fuse_in_header *)request, buffer);
        else if (errno == ENODEV)
            exit(0);
        else if (errno != EINTR && errno != ENOENT && errno != EAGAIN)
            fail("/dev/fuse");
    }
}

int main(int count, char **words) {
    if (count != 4) {
        fprintf(stderr, "usage: slowdisk MOUNTPOINT BYTES FLUSH_MICROSECONDS\n");
        return 64;
    }
    prctl(PR_SET_PDEATHSIG, SIGKILL);
    bytes = strtoull(words[2], NULL, 10);
    long micros = strtol(words[3], NULL, 10);
    flush_time = (struct timespec){micros / 1000000, micros % 1000000 * 1000};
    memory = memfd_create("slowdisk", MFD_CLOEXEC);
    if (memory < 0 || ftruncate(memory, bytes))
        fail("memory");
    fuse = open("/dev/fuse", O_RDWR | O_CLOEXEC);
    if (fuse < 0)
        fail("/dev/fuse");
    char options[100];
    snprintf(options, sizeof options, "fd=%d,rootmode=40000,user_id=0,group_id=0", fuse);
    if (mount("slowdisk", words[1], "fuse.slowdisk", 0, options))
        fail(words[1]);
    pthread_t thread;
    for (int i = 1; i < THREADS; i++)
        if (pthread_create(&thread, NULL, work, NULL))
            fail("threads");
    work(NULL);
}
