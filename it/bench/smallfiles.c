// The whole life of small files, one after the other:
//
//   smallfiles read DIRECTORY FILES SECONDS      open + read + close of files that exist, in turn
//   smallfiles create DIRECTORY FILES SECONDS    create + write + close of new ones
//   smallfiles lay DIRECTORY FILES 0             makes FILES files of 4 KiB, 100 in each subdirectory
//
// prints how many a second. What "create" made is removed afterwards and not counted.
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

// so that a fast disk is not full before the time is over
enum { CREATED_MAX = 50000 };

static char block[4096];

static void fail(const char *what) {
    fprintf(stderr, "smallfiles: %s: %s\n", what, strerror(errno));
    exit(1);
}

static double now(void) {
    struct timespec time;
    clock_gettime(CLOCK_MONOTONIC, &time);
    return time.tv_sec + time.tv_nsec / 1e9;
}

static void make(const char *path) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC, 0644);
    if (file < 0 || write(file, block, sizeof block) != sizeof block || close(file))
        fail(path);
}

static void look(const char *path) {
    int file = open(path, O_RDONLY);
    if (file < 0 || read(file, block, sizeof block) != sizeof block || close(file))
        fail(path);
}

int main(int count, char **words) {
    if (count != 5)
        return 64;
    const char *kind = words[1], *directory = words[2];
    long files = atol(words[3]), done = 0;
    double seconds = atof(words[4]), begin = now(), end = begin;
    char path[4096];
    mkdir(directory, 0755);
    if (!strcmp(kind, "lay")) {
        for (; done < files; done++) {
            snprintf(path, sizeof path, "%s/%ld", directory, done / 100);
            if (done % 100 == 0 && mkdir(path, 0755) && errno != EEXIST)
                fail(path);
            snprintf(path, sizeof path, "%s/%ld/%ld", directory, done / 100, done);
            make(path);
        }
        end = now();
    } else if (!strcmp(kind, "read")) {
        for (; end - begin < seconds; end = now(), done++) {
            snprintf(path, sizeof path, "%s/%ld/%ld", directory, done % files / 100, done % files);
            look(path);
        }
    } else {
        for (; end - begin < seconds && done < CREATED_MAX; end = now(), done++) {
            snprintf(path, sizeof path, "%s/new-%ld", directory, done);
            make(path);
        }
        for (long i = 0; i < done; i++) {
            snprintf(path, sizeof path, "%s/new-%ld", directory, i);
            unlink(path);
        }
    }
    printf("%.1f\n", done / (end - begin));
}
