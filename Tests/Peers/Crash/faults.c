// Kills a program at its Nth call to the file system, makes that call fail, or stops it there.
//
//   cc -shared -fPIC -O1 -o faults.so faults.c -ldl
//   FAULT_ROOT=/lake FAULT_MODE=kill-before FAULT_AT=17 LD_PRELOAD=./faults.so program ...
//
// Counted are calls that change something below FAULT_ROOT: open to create, write, fsync, link, rename,
// unlink, mkdir, rmdir, ftruncate, and close of a file opened for writing. With FAULT_READS=1 also those
// that look: open, opendir, readdir, stat. Calls are counted in the order in which they are made, over all
// threads; a program that writes from one thread makes the same calls each time.
//
//   FAULT_MODE   count         nothing happens
//                kill-before   SIGKILL instead of call FAULT_AT; kill-after: when it is done
//                stop-before   SIGSTOP, and on with the call after SIGCONT
//                error         call FAULT_AT fails with FAULT_ERRNO, undone
//                late-error    it is done and fails all the same, as when an answer is lost
//                dead          it and all counted calls after it fail with FAULT_ERRNO
//                full          it and all later calls that need room fail with ENOSPC
//                short         call FAULT_AT, if it is a write, takes half of the bytes
//   FAULT_DELAY  microseconds that each fsync takes longer
//   FAULT_LOG    a file that gets a line per counted call: number, name, path, and the old path of renamed and
//                linked files, with tabs between
#define _GNU_SOURCE
#include <dirent.h>
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/uio.h>
#include <unistd.h>

enum mode { COUNT, KILL_BEFORE, KILL_AFTER, STOP_BEFORE, ERROR, LATE_ERROR, DEAD, FULL, SHORT };
enum need { LOOKS, CHANGES, NEEDS_ROOM };

static enum mode mode;
static long at, calls;
static int error_code = EIO, counts_reads, log_descriptor = -1;
static useconds_t delay;
static char root[PATH_MAX];
static size_t root_length;

/// What is known of a descriptor: whether it is below the root, and whether it was opened for writing.
enum { BELOW = 1, WRITING = 2 };
static unsigned char known[1 << 16];

__attribute__((constructor)) static void begin(void) {
  const char *names[] = {"count", "kill-before", "kill-after", "stop-before", "error",
                         "late-error", "dead", "full", "short"};
  const char *text = getenv("FAULT_MODE");
  for (int i = 0; text && i < (int)(sizeof names / sizeof *names); i++)
    if (!strcmp(text, names[i])) mode = i;
  if ((text = getenv("FAULT_AT"))) at = atol(text);
  if ((text = getenv("FAULT_ERRNO"))) error_code = atoi(text);
  if ((text = getenv("FAULT_DELAY"))) delay = atoi(text);
  counts_reads = getenv("FAULT_READS") != NULL;
  if ((text = getenv("FAULT_ROOT"))) strncpy(root, text, sizeof root - 1);
  root_length = strlen(root);
  if ((text = getenv("FAULT_LOG")))
    log_descriptor = syscall(SYS_openat, AT_FDCWD, text, O_WRONLY | O_CREAT | O_APPEND, 0644);
  // Programs that this one starts are left alone.
  unsetenv("LD_PRELOAD");
}

static int below(const char *path) {
  char full[PATH_MAX * 2];
  if (!root_length || !path) return 0;
  if (*path != '/') {
    char here[PATH_MAX];
    if (syscall(SYS_getcwd, here, sizeof here) < 0) return 0;
    snprintf(full, sizeof full, "%s/%s", here, path);
    path = full;
  }
  return !strncmp(path, root, root_length) && (path[root_length] == '/' || !path[root_length]);
}

static int is(int descriptor, int what) {
  return descriptor >= 0 && descriptor < (int)sizeof known && (known[descriptor] & what) == what;
}

/// The old path of a call that has two.
static __thread const char *old_path;

/// Counts a call. Returns whether it is to fail, with errno set.
static int fails(const char *name, enum need need, const char *path, int descriptor, long *number) {
  *number = 0;
  if (need == LOOKS && !counts_reads) return 0;
  *number = __sync_add_and_fetch(&calls, 1);
  if (log_descriptor >= 0) {
    char line[PATH_MAX * 2 + 64], link[64], target[PATH_MAX] = "";
    if (!path) {
      snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
      if (syscall(SYS_readlink, link, target, sizeof target - 1) > 0) path = target;
    }
    int length = snprintf(line, sizeof line, "%ld\t%s\t%s\t%s\n", *number, name, path ? path : "",
                          old_path ? old_path : "");
    syscall(SYS_write, log_descriptor, line, length);
  }
  if (mode == DEAD && *number >= at) return errno = error_code, 1;
  if (mode == FULL && *number >= at && need == NEEDS_ROOM) return errno = ENOSPC, 1;
  if (*number != at) return 0;
  if (mode == KILL_BEFORE) syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  if (mode == STOP_BEFORE) syscall(SYS_kill, syscall(SYS_getpid), SIGSTOP);
  return mode == ERROR ? (errno = error_code, 1) : 0;
}

/// What becomes of the result of a call that was made.
static long after(long number, long result) {
  if (number != at || !number) return result;
  if (mode == KILL_AFTER) syscall(SYS_kill, syscall(SYS_getpid), SIGKILL);
  if (mode == LATE_ERROR) return errno = error_code, -1;
  return result;
}

#define REAL(name) ((typeof(&name))dlsym(RTLD_NEXT, #name))

// Open files.

static int opened(int descriptor, int flags, long number) {
  if (number == at && number && mode == LATE_ERROR && descriptor >= 0) {
    syscall(SYS_close, descriptor);
    return errno = error_code, -1;
  }
  if (descriptor >= 0 && descriptor < (int)sizeof known)
    known[descriptor] = BELOW | ((flags & O_ACCMODE) == O_RDONLY ? 0 : WRITING);
  return after(number, descriptor);
}

#define OPEN(name, before, ...)                                                       \
  va_list list;                                                                       \
  va_start(list, flags);                                                              \
  mode_t bits = flags & (O_CREAT | __O_TMPFILE) ? va_arg(list, mode_t) : 0;           \
  va_end(list);                                                                       \
  long number = 0;                                                                    \
  if (!below(path)) {                                                                 \
    int other = REAL(name)(__VA_ARGS__, bits);                                        \
    if (other >= 0 && other < (int)sizeof known) known[other] = 0;                    \
    return other;                                                                     \
  }                                                                                   \
  if (fails(#name, flags & O_CREAT ? NEEDS_ROOM : LOOKS, path, -1, &number)) return -1; \
  return opened(REAL(name)(__VA_ARGS__, bits), flags, number)

int open(const char *path, int flags, ...) { OPEN(open, , path, flags); }
int open64(const char *path, int flags, ...) { OPEN(open64, , path, flags); }
int openat(int folder, const char *path, int flags, ...) { OPEN(openat, , folder, path, flags); }
int openat64(int folder, const char *path, int flags, ...) {
  OPEN(openat64, , folder, path, flags);
}

int close(int descriptor) {
  long number = 0;
  int fail = is(descriptor, BELOW | WRITING) && fails("close", CHANGES, NULL, descriptor, &number);
  int code = errno;
  if (descriptor >= 0 && descriptor < (int)sizeof known) known[descriptor] = 0;
  long result = REAL(close)(descriptor);
  // The descriptor is gone, whatever close says.
  if (fail) return errno = code, -1;
  return after(number, result);
}

// Bytes.

#define HALF(bytes) (mode == SHORT && number == at && (bytes) > 1 ? (bytes) / 2 : (bytes))

ssize_t write(int descriptor, const void *bytes, size_t count) {
  long number = 0;
  if (is(descriptor, BELOW) && fails("write", NEEDS_ROOM, NULL, descriptor, &number)) return -1;
  return after(number, REAL(write)(descriptor, bytes, HALF(count)));
}

ssize_t pwrite(int descriptor, const void *bytes, size_t count, off_t offset) {
  long number = 0;
  if (is(descriptor, BELOW) && fails("pwrite", NEEDS_ROOM, NULL, descriptor, &number)) return -1;
  return after(number, REAL(pwrite)(descriptor, bytes, HALF(count), offset));
}

ssize_t writev(int descriptor, const struct iovec *parts, int count) {
  long number = 0;
  if (is(descriptor, BELOW) && fails("writev", NEEDS_ROOM, NULL, descriptor, &number)) return -1;
  return after(number, REAL(writev)(descriptor, parts, HALF(count)));
}

#define CALL(test, need, name, path, descriptor, ...)                     \
  long number = 0;                                                        \
  if ((test) && fails(#name, need, path, descriptor, &number)) return -1; \
  return after(number, REAL(name)(__VA_ARGS__))

int fsync(int descriptor) {
  if (delay && is(descriptor, BELOW)) usleep(delay);
  CALL(is(descriptor, BELOW), CHANGES, fsync, NULL, descriptor, descriptor);
}
int fdatasync(int descriptor) {
  if (delay && is(descriptor, BELOW)) usleep(delay);
  CALL(is(descriptor, BELOW), CHANGES, fdatasync, NULL, descriptor, descriptor);
}
int syncfs(int descriptor) {
  CALL(is(descriptor, BELOW), CHANGES, syncfs, NULL, descriptor, descriptor);
}
int ftruncate(int descriptor, off_t length) {
  CALL(is(descriptor, BELOW), CHANGES, ftruncate, NULL, descriptor, descriptor, length);
}

// Names.

#define NAMED(test, need, name, path, descriptor, ...)                           \
  long number = 0;                                                               \
  int fail = (test) && fails(#name, need, path, descriptor, &number);            \
  old_path = NULL;                                                               \
  return fail ? -1 : after(number, REAL(name)(__VA_ARGS__))

int link(const char *old, const char *new) {
  old_path = old;
  NAMED(below(new), NEEDS_ROOM, link, new, -1, old, new);
}
int rename(const char *old, const char *new) {
  old_path = old;
  NAMED(below(new), NEEDS_ROOM, rename, new, -1, old, new);
}
int renameat2(int a, const char *old, int b, const char *new, unsigned flags) {
  old_path = old;
  NAMED(below(new), NEEDS_ROOM, renameat2, new, -1, a, old, b, new, flags);
}
int unlink(const char *path) { CALL(below(path), CHANGES, unlink, path, -1, path); }
int rmdir(const char *path) { CALL(below(path), CHANGES, rmdir, path, -1, path); }
int mkdir(const char *path, mode_t bits) {
  CALL(below(path), NEEDS_ROOM, mkdir, path, -1, path, bits);
}

// Looking.

int stat(const char *restrict path, struct stat *restrict status) {
  CALL(below(path), LOOKS, stat, path, -1, path, status);
}
int lstat(const char *restrict path, struct stat *restrict status) {
  CALL(below(path), LOOKS, lstat, path, -1, path, status);
}

DIR *opendir(const char *path) {
  long number = 0;
  if (below(path) && fails("opendir", LOOKS, path, -1, &number)) return NULL;
  DIR *folder = REAL(opendir)(path);
  if (folder && below(path) && dirfd(folder) < (int)sizeof known) known[dirfd(folder)] = BELOW;
  return folder;
}

struct dirent *readdir(DIR *folder) {
  long number = 0;
  if (is(dirfd(folder), BELOW) && fails("readdir", LOOKS, NULL, dirfd(folder), &number)) return NULL;
  return REAL(readdir)(folder);
}

int closedir(DIR *folder) {
  if (dirfd(folder) < (int)sizeof known) known[dirfd(folder)] = 0;
  return REAL(closedir)(folder);
}
