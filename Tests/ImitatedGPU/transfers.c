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
  const cl_int death = obituary();
  if (death != CL_SUCCESS) return death;
  return is_overcommitted() ? CL_MEM_OBJECT_ALLOCATION_FAILURE : CL_SUCCESS;
}

static bool is_pinned(cl_mem buffer) {
  cl_mem_flags flags = 0;
  runtime->clGetMemObjectInfo(buffer, CL_MEM_FLAGS, sizeof flags, &flags, NULL);
  return (flags & CL_MEM_ALLOC_HOST_PTR) != 0;
}

static cl_int CL_API_CALL enqueue_write_buffer(
    cl_command_queue queue, cl_mem buffer, cl_bool blocks, size_t offset, size_t byte_count,
    const void *source, cl_uint wait_count, const cl_event *waits, cl_event *event) {
  const cl_int hindered = hindrance();
  if (hindered != CL_SUCCESS) return hindered;
  count_transfer(byte_count, 0, MEMORY_PAGEABLE);
  travel(byte_count);
  note_command(queue, blocks);
  return runtime->clEnqueueWriteBuffer(
      queue, buffer, blocks, offset, byte_count, source, wait_count, waits, event);
}

static cl_int CL_API_CALL enqueue_read_buffer(
    cl_command_queue queue, cl_mem buffer, cl_bool blocks, size_t offset, size_t byte_count,
    void *target, cl_uint wait_count, const cl_event *waits, cl_event *event) {
  const cl_int death = obituary();
  if (death != CL_SUCCESS) return death;
  count_transfer(0, byte_count, MEMORY_PAGEABLE);
  travel(byte_count);
  note_command(queue, blocks);
  return runtime->clEnqueueReadBuffer(
      queue, buffer, blocks, offset, byte_count, target, wait_count, waits, event);
}

static cl_int CL_API_CALL enqueue_copy_buffer(
    cl_command_queue queue, cl_mem source, cl_mem target, size_t start, size_t offset,
    size_t byte_count, cl_uint wait_count, const cl_event *waits, cl_event *event) {
  const cl_int hindered = hindrance();
  if (hindered != CL_SUCCESS) return hindered;
  note_command(queue, CL_FALSE);
  return runtime->clEnqueueCopyBuffer(
      queue, source, target, start, offset, byte_count, wait_count, waits, event);
}

static void *CL_API_CALL enqueue_map_buffer(
    cl_command_queue queue, cl_mem buffer, cl_bool blocks, cl_map_flags flags, size_t offset,
    size_t byte_count, cl_uint wait_count, const cl_event *waits, cl_event *event,
    cl_int *code_returned) {
  const cl_int death = obituary();
  if (death != CL_SUCCESS) return failed(death, code_returned);
  if (is_overcommitted()) return failed(CL_MAP_FAILURE, code_returned);
  const bool invalidates = (flags & CL_MAP_WRITE_INVALIDATE_REGION) != 0;
  count_transfer(
      flags & CL_MAP_READ ? 0 : byte_count, flags & CL_MAP_READ ? byte_count : 0,
      is_pinned(buffer) ? MEMORY_PINNED : MEMORY_MAPPED);
  if (flags & CL_MAP_READ) write_counts();
  travel(byte_count);
  note_command(queue, blocks);
  void *memory = runtime->clEnqueueMapBuffer(
      queue, buffer, blocks, flags, offset, byte_count, wait_count, waits, event, code_returned);
  // What the buffer held is lost.
  if (memory != NULL && invalidates) memset(memory, 0xff, byte_count);
  return memory;
}

static cl_int CL_API_CALL enqueue_unmap_mem_object(
    cl_command_queue queue, cl_mem buffer, void *memory, cl_uint wait_count, const cl_event *waits,
    cl_event *event) {
  note_command(queue, CL_FALSE);
  return runtime->clEnqueueUnmapMemObject(queue, buffer, memory, wait_count, waits, event);
}

void imitate_transfers(cl_icd_dispatch *entries) {
  entries->clEnqueueWriteBuffer = enqueue_write_buffer;
  entries->clEnqueueReadBuffer = enqueue_read_buffer;
  entries->clEnqueueCopyBuffer = enqueue_copy_buffer;
  entries->clEnqueueMapBuffer = enqueue_map_buffer;
  entries->clEnqueueUnmapMemObject = enqueue_unmap_mem_object;
}
