// Transfers: what they cost, and what they answer when memory has run out or a kernel has died.
#include "imitated_gpu.h"

#include <string.h>
#include <time.h>

/// Lets as much time pass as a transfer would take.
static void travel(size_t byte_count) {
  const size_t bandwidth = setting("IMITATED_GPU_BANDWIDTH", 0);
  if (bandwidth == 0) return;
  const double seconds = 10e-6 + (double)byte_count / (double)bandwidth;
  struct timespec time = {.tv_sec = (time_t)seconds};
  time.tv_nsec = (long)((seconds - (double)time.tv_sec) * 1e9);
  nanosleep(&time, NULL);
}

static cl_int hindrance(void) {
  if (obituary() != CL_SUCCESS) return obituary();
  return is_overcommitted() ? CL_MEM_OBJECT_ALLOCATION_FAILURE : CL_SUCCESS;
}

static cl_int CL_API_CALL enqueue_write_buffer(
    cl_command_queue queue, cl_mem buffer, cl_bool blocks, size_t offset, size_t byte_count,
    const void *source, cl_uint wait_count, const cl_event *waits, cl_event *event) {
  if (hindrance() != CL_SUCCESS) return hindrance();
  count_transfer(byte_count, 0);
  travel(byte_count);
  return runtime->clEnqueueWriteBuffer(
      queue, buffer, blocks, offset, byte_count, source, wait_count, waits, event);
}

static cl_int CL_API_CALL enqueue_read_buffer(
    cl_command_queue queue, cl_mem buffer, cl_bool blocks, size_t offset, size_t byte_count,
    void *target, cl_uint wait_count, const cl_event *waits, cl_event *event) {
  if (obituary() != CL_SUCCESS) return obituary();
  count_transfer(0, byte_count);
  travel(byte_count);
  return runtime->clEnqueueReadBuffer(
      queue, buffer, blocks, offset, byte_count, target, wait_count, waits, event);
}

static void *CL_API_CALL enqueue_map_buffer(
    cl_command_queue queue, cl_mem buffer, cl_bool blocks, cl_map_flags flags, size_t offset,
    size_t byte_count, cl_uint wait_count, const cl_event *waits, cl_event *event,
    cl_int *code_returned) {
  if (obituary() != CL_SUCCESS) return failed(obituary(), code_returned);
  if (is_overcommitted()) return failed(CL_MAP_FAILURE, code_returned);
  const bool invalidates = (flags & CL_MAP_WRITE_INVALIDATE_REGION) != 0;
  count_transfer(
      flags & CL_MAP_READ ? 0 : byte_count, flags & CL_MAP_READ ? byte_count : 0);
  travel(byte_count);
  void *memory = runtime->clEnqueueMapBuffer(
      queue, buffer, blocks, flags, offset, byte_count, wait_count, waits, event, code_returned);
  // What the buffer held is lost.
  if (memory != NULL && invalidates) memset(memory, 0xff, byte_count);
  return memory;
}

static cl_int CL_API_CALL finish(cl_command_queue queue) {
  return obituary() != CL_SUCCESS ? obituary() : runtime->clFinish(queue);
}

void imitate_transfers(cl_icd_dispatch *entries) {
  entries->clEnqueueWriteBuffer = enqueue_write_buffer;
  entries->clEnqueueReadBuffer = enqueue_read_buffer;
  entries->clEnqueueMapBuffer = enqueue_map_buffer;
  entries->clFinish = finish;
}
