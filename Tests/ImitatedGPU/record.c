// What was counted.
#include "imitated_gpu.h"

#include <pthread.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <unistd.h>

enum { WARP = 32 };

static struct {
  size_t launches, small_launches, smallest_group, groups[3];
  size_t written, read, pinned_written, pinned_read, pageable;
  size_t sources, splices, refusals;
} counts = {.smallest_group = (size_t)-1};

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/// The file that a variable names, to be appended to; NULL without one.
static FILE *opened(const char *variable) {
  const char *path = getenv(variable);
  return path == NULL ? NULL : fopen(path, "ae");
}

void note_holder(bool holds) {
  FILE *file = opened("IMITATED_GPU_HOLDERS");
  if (file == NULL) return;
  fprintf(file, "{\"process\": %d, \"holds\": %s}\n", getpid(), holds ? "true" : "false");
  fclose(file);
}

void refused(const char *format, ...) {
  char text[256];
  va_list rest;
  va_start(rest, format);
  vsnprintf(text, sizeof text, format, rest);
  va_end(rest);
  pthread_mutex_lock(&lock);
  counts.refusals++;
  FILE *file = opened("IMITATED_GPU_RECORD");
  if (file != NULL) {
    fprintf(file, "{\"refused\": \"%s\"}\n", text);
    fclose(file);
  }
  pthread_mutex_unlock(&lock);
}

void count_launch(cl_uint axes, const size_t *groups, size_t group_size) {
  pthread_mutex_lock(&lock);
  counts.launches++;
  if (group_size < WARP) counts.small_launches++;
  if (group_size < counts.smallest_group) counts.smallest_group = group_size;
  for (cl_uint axis = 0; axis < axes; axis++)
    if (groups[axis] > counts.groups[axis]) counts.groups[axis] = groups[axis];
  pthread_mutex_unlock(&lock);
}

void count_transfer(size_t written, size_t read, enum memory memory) {
  pthread_mutex_lock(&lock);
  if (memory == MEMORY_PINNED) {
    counts.pinned_written += written;
    counts.pinned_read += read;
  }
  if (memory == MEMORY_PAGEABLE) counts.pageable += written + read;
  counts.written += written;
  counts.read += read;
  pthread_mutex_unlock(&lock);
}

void count_source(void) {
  pthread_mutex_lock(&lock);
  counts.sources++;
  pthread_mutex_unlock(&lock);
}

void count_splice(void) {
  pthread_mutex_lock(&lock);
  counts.splices++;
  pthread_mutex_unlock(&lock);
}

/// Not every process comes to its destructors, but it takes its results.
__attribute__((destructor)) void write_counts(void) {
  if (counts.launches == 0) return;
  FILE *file = opened("IMITATED_GPU_RECORD");
  if (file == NULL) return;
  fprintf(
      file,
      "{\"launches\": %zu, \"small_launches\": %zu, \"smallest_group\": %zu, "
      "\"groups\": [%zu, %zu, %zu], \"bytes_written\": %zu, \"bytes_read\": %zu, "
      "\"pinned_written\": %zu, \"pinned_read\": %zu, \"pageable\": %zu, "
      "\"sources\": %zu, \"splices\": %zu, \"refusals\": %zu}\n",
      counts.launches, counts.small_launches, counts.smallest_group, counts.groups[0],
      counts.groups[1], counts.groups[2], counts.written, counts.read,
      counts.pinned_written, counts.pinned_read, counts.pageable, counts.sources, counts.splices,
      counts.refusals);
  fclose(file);
}
