// Launches: which are refused, and which go wrong on demand.
#include "imitated_gpu.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <unistd.h>

enum {
  SPLICED_LOCAL_BYTES = 227 * 1024,  // what a group of sm_90a may have
  DEFAULT_GROUPS = 65535,
};

static atomic_size_t launch_count;
static atomic_bool is_dead, is_told;

cl_int obituary(void) {
  if (!atomic_load(&is_dead)) return CL_SUCCESS;
  // NVIDIA's driver tells what happened once; then there is no queue any more.
  return atomic_exchange(&is_told, true) ? CL_INVALID_COMMAND_QUEUE : CL_OUT_OF_RESOURCES;
}

/// Whether a mishap that was asked for is this process's.
static bool is_ours(void) {
  const char *file = getenv("IMITATED_GPU_ONCE");
  return file == NULL || unlink(file) == 0;
}

/// The work-items that the kernel's registers allow in a group.
static size_t own_group(cl_kernel kernel, const struct device *device) {
  (void)kernel;
  return setting("IMITATED_GPU_OWN_GROUP", device->largest_group);
}

static cl_int CL_API_CALL get_kernel_work_group_info(
    cl_kernel kernel, cl_device_id id, cl_kernel_work_group_info key, size_t room, void *target,
    size_t *count_returned) {
  if (key != CL_KERNEL_WORK_GROUP_SIZE)
    return runtime->clGetKernelWorkGroupInfo(kernel, id, key, room, target, count_returned);
  const size_t size = own_group(kernel, imitation(id));
  return answer(&size, sizeof size, room, target, count_returned);
}

/// The device's objection to a launch.
static cl_int objection(
    cl_command_queue queue, cl_kernel kernel, cl_uint axes, const size_t *groups,
    size_t group_size) {
  const struct device *device = queue_imitation(queue);
  cl_device_id id = NULL;
  cl_ulong local_bytes = 0;
  char name[128] = "";
  runtime->clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof id, &id, NULL);
  runtime->clGetKernelWorkGroupInfo(
      kernel, id, CL_KERNEL_LOCAL_MEM_SIZE, sizeof local_bytes, &local_bytes, NULL);
  runtime->clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name, name, NULL);
  for (cl_uint axis = 1; axis < axes; axis++)
    if (groups[axis] > setting("IMITATED_GPU_GROUPS", DEFAULT_GROUPS)) {
      refused("%s: %zu groups on axis %u", name, groups[axis], axis);
      return CL_INVALID_GLOBAL_WORK_SIZE;
    }
  if (group_size > own_group(kernel, device)) {
    refused("%s: a group of %zu", name, group_size);
    return CL_INVALID_WORK_GROUP_SIZE;
  }
  const size_t allowed = is_spliced(kernel)
      ? setting("IMITATED_GPU_SPLICED", SPLICED_LOCAL_BYTES) : device->local_bytes;
  if (local_bytes > allowed) {
    refused("%s: %lu bytes of local memory", name, (unsigned long)local_bytes);
    return CL_OUT_OF_RESOURCES;
  }
  return is_overcommitted() ? CL_MEM_OBJECT_ALLOCATION_FAILURE : CL_SUCCESS;
}

static cl_int CL_API_CALL enqueue_nd_range_kernel(
    cl_command_queue queue, cl_kernel kernel, cl_uint axes, const size_t *offset,
    const size_t *global, const size_t *local, cl_uint wait_count, const cl_event *waits,
    cl_event *event) {
  size_t groups[3] = {1, 1, 1}, group_size = 1;
  for (cl_uint axis = 0; axis < axes; axis++) {
    groups[axis] = local == NULL ? global[axis] : global[axis] / local[axis];
    group_size *= local == NULL ? 1 : local[axis];
  }
  const cl_int death = obituary();
  if (death != CL_SUCCESS) return death;
  const cl_int code = objection(queue, kernel, axes, groups, group_size);
  if (code != CL_SUCCESS) return code;
  const size_t number = atomic_fetch_add(&launch_count, 1) + 1;
  if (number == setting("IMITATED_GPU_REFUSE", 0) && is_ours()) return CL_OUT_OF_RESOURCES;
  if (number == setting("IMITATED_GPU_KILL", 0) && is_ours()) atomic_store(&is_dead, true);
  count_launch(axes, groups, group_size);
  note_command(queue, CL_FALSE);
  return runtime->clEnqueueNDRangeKernel(
      queue, kernel, axes, offset, global, local, wait_count, waits, event);
}

void imitate_launches(cl_icd_dispatch *entries) {
  entries->clGetKernelWorkGroupInfo = get_kernel_work_group_info;
  entries->clEnqueueNDRangeKernel = enqueue_nd_range_kernel;
}
