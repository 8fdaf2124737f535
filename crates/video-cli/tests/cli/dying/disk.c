/* A disk that dies or fails at its n-th call, for whatever program it is loaded into with LD_PRELOAD.
 *
 * Counted are the calls that change a file: write, pwrite, ftruncate, fsync, fdatasync, rename, link, unlink, and the
 * open that makes one. Sockets, pipes and terminals are left alone.
 *
 *   DISK_CALL   at which call, from 1
 *   DISK_MODE   dies: killed instead of the call, a write half done; died: killed right after it; fails: ENOSPC, once
 *   DISK_COUNT  a file that gets one line for each call
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

static atomic_long calls;

static long at(void) {
    const char *text = getenv("DISK_CALL");
    return text ? atol(text) : 0;
}

static int mode_is(const char *mode) {
    const char *text = getenv("DISK_MODE");
    return text && strcmp(text, mode) == 0;
}

static int is_file(int fd) {
    struct stat what;
    return fstat(fd, &what) == 0 && (S_ISREG(what.st_mode) || S_ISDIR(what.st_mode));
}

static void die(void) {
    syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
    for (;;) pause();
}

/* Whether this is the call. */
static int its_turn(const char *name) {
    long number = atomic_fetch_add(&calls, 1) + 1;
    const char *path = getenv("DISK_COUNT");
    if (path) {
        long fd = syscall(SYS_openat, AT_FDCWD, path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
        if (fd >= 0) {
            char line[32];
            size_t length = strlen(name);
            memcpy(line, name, length);
            line[length] = '\n';
            syscall(SYS_write, fd, line, length + 1);
            syscall(SYS_close, fd);
        }
    }
    return number == at();
}

/* What goes before the call; nonzero if the call is to fail. */
static int before(int turn) {
    if (turn && mode_is("dies")) die();
    if (turn && mode_is("fails")) {
        errno = ENOSPC;
        return 1;
    }
    return 0;
}

static void after(int turn) {
    if (turn && mode_is("died")) die();
}

#define REAL(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))
#define CALL(result, name, ...)                                                                                        \
    do {                                                                                                               \
        int turn = its_turn(#name);                                                                                    \
        if (before(turn)) return -1;                                                                                   \
        result done = REAL(name)(__VA_ARGS__);                                                                         \
        after(turn);                                                                                                   \
        return done;                                                                                                   \
    } while (0)

ssize_t write(int fd, const void *bytes, size_t count) {
    if (!is_file(fd)) return REAL(write)(fd, bytes, count);
    int turn = its_turn("write");
    if (turn && !mode_is("died")) REAL(write)(fd, bytes, mode_is("dies") ? count / 2 : 0);
    if (before(turn)) return -1;
    ssize_t done = REAL(write)(fd, bytes, count);
    after(turn);
    return done;
}

ssize_t pwrite64(int fd, const void *bytes, size_t count, off64_t offset) {
    int turn = its_turn("pwrite");
    if (turn && mode_is("dies")) REAL(pwrite64)(fd, bytes, count / 2, offset);
    if (before(turn)) return -1;
    ssize_t done = REAL(pwrite64)(fd, bytes, count, offset);
    after(turn);
    return done;
}

ssize_t pwrite(int fd, const void *bytes, size_t count, off_t offset) {
    return pwrite64(fd, bytes, count, offset);
}

int ftruncate64(int fd, off64_t length) { CALL(int, ftruncate64, fd, length); }
int ftruncate(int fd, off_t length) { return ftruncate64(fd, length); }
int fsync(int fd) { CALL(int, fsync, fd); }
int fdatasync(int fd) { CALL(int, fdatasync, fd); }
int rename(const char *from, const char *to) { CALL(int, rename, from, to); }
int link(const char *from, const char *to) { CALL(int, link, from, to); }
int unlink(const char *path) { CALL(int, unlink, path); }

int open64(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (!(flags & O_CREAT)) return REAL(open64)(path, flags, mode);
    CALL(int, open64, path, flags, mode);
}

int open(const char *path, int flags, ...) {
    va_list more;
    va_start(more, flags);
    mode_t mode = flags & (O_CREAT | __O_TMPFILE) ? va_arg(more, mode_t) : 0;
    va_end(more);
    if (!(flags & O_CREAT)) return REAL(open)(path, flags, mode);
    CALL(int, open, path, flags, mode);
}
