// What devices say of themselves.
#include "imitated_gpu.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { KIB = 1024 };

/// One name for all, so that they share the programs that are built for them.
static const char device_name[] = "imitated GPU";

static const struct device devices[] = {
    {.key = "h100", .vendor = "NVIDIA Corporation", .units = 132,
     .local_bytes = 48 * KIB, .largest_group = 1024, .alignment_bits = 4096, .lanes = LANES_PTX},
    {.key = "radeon", .vendor = "Advanced Micro Devices, Inc.",
     .units = 48, .local_bytes = 64 * KIB, .largest_group = 256, .alignment_bits = 2048},
    {.key = "arc", .vendor = "Intel(R) Corporation",
     .units = 512, .local_bytes = 64 * KIB, .largest_group = 1024, .alignment_bits = 1024,
     .lanes = LANES_INTEL},
    {.key = "mali", .vendor = "ARM", .units = 1,
     .local_bytes = 32 * KIB, .largest_group = 256, .alignment_bits = 1024, .is_integrated = true},
};

/// The runtime's devices in the order in which they were met.
static cl_device_id met[64];
static size_t met_count;
static pthread_mutex_t met_lock = PTHREAD_MUTEX_INITIALIZER;

static size_t place(cl_device_id id) {
  pthread_mutex_lock(&met_lock);
  size_t place = 0;
  while (place < met_count && met[place] != id) place++;
  if (place == met_count && met_count < sizeof met / sizeof *met) met[met_count++] = id;
  pthread_mutex_unlock(&met_lock);
  return place;
}

static const struct device *named(const char *name, size_t length) {
  for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
    if (strlen(devices[i].key) == length && memcmp(devices[i].key, name, length) == 0)
      return &devices[i];
  abort();  // a test asks for a device that is not in the table
}

const struct device *imitation(cl_device_id id) {
  const char *name = getenv("IMITATED_GPU");
  if (name == NULL) return &devices[0];
  for (size_t left = place(id); left > 0 && strchr(name, ',') != NULL; left--)
    name = strchr(name, ',') + 1;
  return named(name, strcspn(name, ","));
}

const struct device *queue_imitation(cl_command_queue queue) {
  cl_device_id id = NULL;
  runtime->clGetCommandQueueInfo(queue, CL_QUEUE_DEVICE, sizeof id, &id, NULL);
  return imitation(id);
}

size_t global_bytes(void) { return setting("IMITATED_GPU_MEMORY", (size_t)4 << 30); }

static cl_int CL_API_CALL get_device_ids(
    cl_platform_id platform, cl_device_type type, cl_uint count, cl_device_id *ids,
    cl_uint *count_returned) {
  if (type == CL_DEVICE_TYPE_CPU) return CL_DEVICE_NOT_FOUND;
  const cl_int code =
      runtime->clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, count, ids, count_returned);
  if (code != CL_SUCCESS || ids == NULL) return code;
  cl_uint found = 0;
  runtime->clGetDeviceIDs(platform, CL_DEVICE_TYPE_ALL, 0, NULL, &found);
  for (cl_uint i = 0; i < count && i < found; i++) place(ids[i]);
  return code;
}

static cl_int CL_API_CALL get_device_info(
    cl_device_id id, cl_device_info key, size_t room, void *target, size_t *count_returned) {
  const struct device *device = imitation(id);
#define ANSWER(type, value)                                                 \
  {                                                                         \
    const type answered = (value);                                          \
    return answer(&answered, sizeof answered, room, target, count_returned); \
  }
#define ANSWER_TEXT(text) return answer(text, strlen(text) + 1, room, target, count_returned);
  switch (key) {
    case CL_DEVICE_TYPE: ANSWER(cl_device_type, CL_DEVICE_TYPE_GPU)
    case CL_DEVICE_VENDOR: ANSWER_TEXT(device->vendor)
    case CL_DEVICE_NAME: ANSWER_TEXT(device_name)
    case CL_DEVICE_EXTENSIONS:
      ANSWER_TEXT(device->lanes == LANES_INTEL ? "cl_khr_fp16 cl_intel_subgroups" : "")
    case CL_DEVICE_GLOBAL_MEM_SIZE: ANSWER(cl_ulong, global_bytes())
    case CL_DEVICE_MAX_MEM_ALLOC_SIZE: ANSWER(cl_ulong, global_bytes() / 4)
    case CL_DEVICE_LOCAL_MEM_SIZE: ANSWER(cl_ulong, device->local_bytes)
    case CL_DEVICE_MAX_WORK_GROUP_SIZE: ANSWER(size_t, device->largest_group)
    case CL_DEVICE_MAX_COMPUTE_UNITS:
      ANSWER(cl_uint, (cl_uint)setting("IMITATED_GPU_UNITS", device->units))
    case CL_DEVICE_MEM_BASE_ADDR_ALIGN: ANSWER(cl_uint, device->alignment_bits)
    case CL_DEVICE_HOST_UNIFIED_MEMORY: ANSWER(cl_bool, device->is_integrated)
  }
  return runtime->clGetDeviceInfo(id, key, room, target, count_returned);
}

void imitate_devices(cl_icd_dispatch *entries) {
  entries->clGetDeviceIDs = get_device_ids;
  entries->clGetDeviceInfo = get_device_info;
}
