// Buffers: how large they may be, where parts of them may start, and when memory runs out.
#include "imitated_gpu.h"

#include <stdatomic.h>
#include <stdlib.h>

static atomic_size_t allocated;

bool is_overcommitted(void) {
  return atomic_load(&allocated) > setting("IMITATED_GPU_FREE", global_bytes());
}

static void CL_CALLBACK freed(cl_mem buffer, void *byte_count) {
  (void)buffer;
  if (atomic_fetch_sub(&allocated, (size_t)byte_count) == (size_t)byte_count) note_holder(false);
}

static cl_mem CL_API_CALL create_buffer(
    cl_context context, cl_mem_flags flags, size_t byte_count, void *host, cl_int *code_returned) {
  const cl_int death = obituary();
  if (death != CL_SUCCESS) return failed(death, code_returned);
  if (byte_count > global_bytes() / 4) {
    refused("a buffer of %zu bytes", byte_count);
    return failed(CL_INVALID_BUFFER_SIZE, code_returned);
  }
  if ((flags & CL_MEM_ALLOC_HOST_PTR) != 0)  // the host's memory
    return runtime->clCreateBuffer(context, flags, byte_count, host, code_returned);
  const size_t total = atomic_fetch_add(&allocated, byte_count) + byte_count;
  if (total > global_bytes()) {
    atomic_fetch_sub(&allocated, byte_count);
    return failed(CL_MEM_OBJECT_ALLOCATION_FAILURE, code_returned);
  }
  cl_mem buffer = runtime->clCreateBuffer(context, flags, byte_count, host, code_returned);
  if (buffer == NULL) {
    atomic_fetch_sub(&allocated, byte_count);
  } else {
    if (total == byte_count) note_holder(true);
    runtime->clSetMemObjectDestructorCallback(buffer, freed, (void *)byte_count);
  }
  return buffer;
}

static cl_uint alignment_bits(cl_mem buffer) {
  cl_context context = NULL;
  cl_device_id device = NULL;
  runtime->clGetMemObjectInfo(buffer, CL_MEM_CONTEXT, sizeof context, &context, NULL);
  runtime->clGetContextInfo(context, CL_CONTEXT_DEVICES, sizeof device, &device, NULL);
  return imitation(device)->alignment_bits;
}

static cl_mem CL_API_CALL create_sub_buffer(
    cl_mem buffer, cl_mem_flags flags, cl_buffer_create_type type, const void *info,
    cl_int *code_returned) {
  const cl_buffer_region *region = info;
  if (type == CL_BUFFER_CREATE_TYPE_REGION && region->origin % (alignment_bits(buffer) / 8) != 0) {
    refused("a sub-buffer at %zu", region->origin);
    return failed(CL_MISALIGNED_SUB_BUFFER_OFFSET, code_returned);
  }
  return runtime->clCreateSubBuffer(buffer, flags, type, info, code_returned);
}

void imitate_memory(cl_icd_dispatch *entries) {
  entries->clCreateBuffer = create_buffer;
  entries->clCreateSubBuffer = create_sub_buffer;
}
