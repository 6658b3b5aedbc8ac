// Queues: that nobody lets go of one whose commands are under way.
#include "imitated_gpu.h"

#include <pthread.h>

enum { MOST_QUEUES = 64 };

/// The queues with commands for which nothing has waited yet.
static struct {
  cl_command_queue items[MOST_QUEUES];
  size_t count;
} busy;

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

/// Where the queue stands in `busy`, or its end.
static size_t place(cl_command_queue queue) {
  size_t index = 0;
  while (index < busy.count && busy.items[index] != queue) index++;
  return index;
}

void note_command(cl_command_queue queue, bool waits) {
  pthread_mutex_lock(&lock);
  const size_t index = place(queue);
  if (waits && index < busy.count) busy.items[index] = busy.items[--busy.count];
  if (!waits && index == busy.count && index < MOST_QUEUES) busy.items[busy.count++] = queue;
  pthread_mutex_unlock(&lock);
}

static cl_int CL_API_CALL finish(cl_command_queue queue) {
  note_command(queue, true);
  const cl_int death = obituary();
  return death != CL_SUCCESS ? death : runtime->clFinish(queue);
}

static cl_int CL_API_CALL release_command_queue(cl_command_queue queue) {
  pthread_mutex_lock(&lock);
  const bool is_busy = place(queue) < busy.count;
  pthread_mutex_unlock(&lock);
  if (is_busy) refused("a queue is released before its commands are done");
  note_command(queue, true);
  return runtime->clReleaseCommandQueue(queue);
}

/// A CPU runtime's threads run what is left while its library is being destroyed.
__attribute__((destructor)) static void look_back(void) {
  if (busy.count > 0) refused("the process ends before its commands are done");
}

void imitate_queues(cl_icd_dispatch *entries) {
  entries->clFinish = finish;
  entries->clReleaseCommandQueue = release_command_queue;
}
