// A shim for LD_PRELOAD that makes one system call of a run fail.
//
// LIMPID_FAULT is CALL:K:KIND. CALL is open, mkdir, read, write, fsync or rename; the K-th such
// call (from 1) on a file below the folder LIMPID_FAULT_FOLDER fails as KIND says: ENOSPC, EROFS,
// EIO, ENOENT, EINTR or short (a write or read that does a part of what it was asked to). With KIND
// followed by "+", all later ones fail too, as on a full disk. LIMPID_FAULT_COUNT names a file to
// which the number of such calls is written when the process ends.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static struct {
  char call[16], folder[512];
  long at;
  int error;       // 0 for a short count
  bool is_lasting;
  atomic_long count;
} plan;

static int error_named(const char *name) {
  if (strncmp(name, "ENOSPC", 6) == 0) return ENOSPC;
  if (strncmp(name, "EROFS", 5) == 0) return EROFS;
  if (strncmp(name, "EIO", 3) == 0) return EIO;
  if (strncmp(name, "EINTR", 5) == 0) return EINTR;
  if (strncmp(name, "ENOENT", 6) == 0) return ENOENT;
  return 0;
}

__attribute__((constructor)) static void read_plan(void) {
  const char *text = getenv("LIMPID_FAULT"), *folder = getenv("LIMPID_FAULT_FOLDER");
  char kind[16] = "";
  if (text == NULL || folder == NULL) return;
  if (sscanf(text, "%15[^:]:%ld:%15s", plan.call, &plan.at, kind) != 3) abort();
  snprintf(plan.folder, sizeof plan.folder, "%s", folder);
  plan.error = error_named(kind);
  plan.is_lasting = kind[0] != 0 && kind[strlen(kind) - 1] == '+';
}

__attribute__((destructor)) static void write_count(void) {
  const char *path = getenv("LIMPID_FAULT_COUNT");
  // A worker process touches none of the files.
  if (path == NULL || atomic_load(&plan.count) == 0) return;
  FILE *file = fopen(path, "we");
  if (file == NULL) return;
  fprintf(file, "%ld\n", atomic_load(&plan.count));
  fclose(file);
}

static bool is_ours(const char *path) {
  return strncmp(path, plan.folder, strlen(plan.folder)) == 0;
}

static bool is_ours_open(int descriptor) {
  char link[64], path[600];
  snprintf(link, sizeof link, "/proc/self/fd/%d", descriptor);
  ssize_t length = readlink(link, path, sizeof path - 1);
  if (length < 0) return false;
  path[length] = 0;
  return is_ours(path);
}

/// Whether this call is the one. Only to be asked about files below the folder.
static bool is_due(const char *call) {
  if (plan.at == 0 || strcmp(plan.call, call) != 0) return false;
  long number = atomic_fetch_add(&plan.count, 1) + 1;
  return number == plan.at || (plan.is_lasting && number > plan.at);
}

#define NEXT(name) ((__typeof__(&name))dlsym(RTLD_NEXT, #name))

static int open_faulty(const char *path, int flags, mode_t mode, __typeof__(&open) next) {
  if (plan.at != 0 && path[0] == '/' && is_ours(path) && is_due("open")) {
    errno = plan.error != 0 ? plan.error : EIO;
    return -1;
  }
  return next(path, flags, mode);
}

#define MODE(flags, mode)                           \
  mode_t mode = 0;                                  \
  if (flags & (O_CREAT | __O_TMPFILE)) {            \
    va_list rest;                                   \
    va_start(rest, flags);                          \
    mode = va_arg(rest, mode_t);                    \
    va_end(rest);                                   \
  }

int open(const char *path, int flags, ...) {
  MODE(flags, mode)
  return open_faulty(path, flags, mode, NEXT(open));
}

int open64(const char *path, int flags, ...) {
  MODE(flags, mode)
  return open_faulty(path, flags, mode, NEXT(open64));
}

ssize_t read(int descriptor, void *target, size_t count) {
  if (plan.at != 0 && is_ours_open(descriptor) && is_due("read")) {
    if (plan.error == 0 && count > 1) return NEXT(read)(descriptor, target, count / 2);
    errno = plan.error;
    return -1;
  }
  return NEXT(read)(descriptor, target, count);
}

ssize_t write(int descriptor, const void *source, size_t count) {
  if (plan.at != 0 && is_ours_open(descriptor) && is_due("write")) {
    // A full disk takes what fits and refuses the rest.
    if (plan.error == 0 && count > 1) return NEXT(write)(descriptor, source, count / 2);
    errno = plan.error;
    return -1;
  }
  return NEXT(write)(descriptor, source, count);
}

int fsync(int descriptor) {
  if (plan.at != 0 && is_ours_open(descriptor) && is_due("fsync")) {
    errno = plan.error != 0 ? plan.error : EIO;
    return -1;
  }
  return NEXT(fsync)(descriptor);
}

int fdatasync(int descriptor) {
  if (plan.at != 0 && is_ours_open(descriptor) && is_due("fsync")) {
    errno = plan.error != 0 ? plan.error : EIO;
    return -1;
  }
  return NEXT(fdatasync)(descriptor);
}

int mkdir(const char *path, mode_t mode) {
  if (plan.at != 0 && is_ours(path) && is_due("mkdir")) {
    errno = plan.error != 0 ? plan.error : EIO;
    return -1;
  }
  return NEXT(mkdir)(path, mode);
}

int rename(const char *from, const char *to) {
  if (plan.at != 0 && is_ours(to) && is_due("rename")) {
    errno = plan.error != 0 ? plan.error : EIO;
    return -1;
  }
  return NEXT(rename)(from, to);
}

int renameat2(int from_folder, const char *from, int to_folder, const char *to, unsigned flags) {
  if (plan.at != 0 && is_ours(to) && is_due("rename")) {
    errno = plan.error != 0 ? plan.error : EIO;
    return -1;
  }
  return NEXT(renameat2)(from_folder, from, to_folder, to, flags);
}
