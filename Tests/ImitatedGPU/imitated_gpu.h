// An OpenCL layer, for the variable OPENCL_LAYERS of ocl-icd 2.3 and later, that presents a CPU
// runtime's devices as GPUs. Programs run on the CPU and are none the wiser; what a GPU refuses is
// refused, what goes wrong on one can be made to, and what it would have had to do is counted.
//
// IMITATED_GPU names the devices (see devices.c), the first for the first device of the runtime and
// so on; the last stands for all that follow. What else can be set, each a number unless said:
//   IMITATED_GPU_UNITS       compute units
//   IMITATED_GPU_MEMORY      bytes of global memory; the largest buffer is a quarter of it
//   IMITATED_GPU_FREE        bytes of it that others have left; what is allocated beyond them is
//                            missed when it is used
//   IMITATED_GPU_GROUPS      groups on the second and the third axis of a launch
//   IMITATED_GPU_OWN_GROUP   work-items that a kernel's registers allow in a group
//   IMITATED_GPU_SPLICED     bytes of local memory that a group of a spliced program may have
//   IMITATED_GPU_REFUSE      the launch, from 1, that finds no resources
//   IMITATED_GPU_KILL        the launch whose kernel dies and takes its context along
//   IMITATED_GPU_ONCE        a file: these happen only to the process that gets to remove it
//   IMITATED_GPU_BANDWIDTH   bytes a second between host and device
//   IMITATED_GPU_SERIALIZED  1: the log of a spliced program says that its products wait
//   IMITATED_GPU_HOLDERS     a file to which is appended that a process has come to hold memory of the
//                            device, or holds none any more
//   IMITATED_GPU_RECORD      a file to which every refusal is appended and, with every result and at
//                            its end, a process's counts, one JSON object a line
#ifndef IMITATED_GPU_H
#define IMITATED_GPU_H

#define _GNU_SOURCE
#include <stdbool.h>

#include "../OpenCLLayer/layer.h"

/// How neighbouring work-items of a device exchange numbers.
enum lanes {
  LANES_NONE,       // only through local memory
  LANES_INTEL,      // cl_intel_subgroups
  LANES_PTX,        // instructions of PTX, matrix instructions among them
};

/// The host's memory at one end of a transfer.
enum memory {
  MEMORY_PAGEABLE,  // the driver copies it through memory of its own
  MEMORY_MAPPED,    // of a buffer of the device
  MEMORY_PINNED,
};

struct device {
  const char *key, *vendor;
  cl_uint units;
  size_t local_bytes, largest_group;
  cl_uint alignment_bits;  // of a sub-buffer's start
  bool is_integrated;
  enum lanes lanes;
};

/// The number in an environment variable.
size_t setting(const char *name, size_t otherwise);

/// The device that is presented in the place of the runtime's.
const struct device *imitation(cl_device_id id);
/// That of a queue.
const struct device *queue_imitation(cl_command_queue queue);
size_t global_bytes(void);

/// Leaves `code` where a creating function does, and returns NULL.
void *failed(cl_int code, cl_int *code_returned);

/// Whether more memory is allocated than others have left.
bool is_overcommitted(void);
/// What a call to a context answers in which a kernel has died; CL_SUCCESS while none has.
cl_int obituary(void);

/// Records that a command was enqueued, and whether the call `waits` for all that the queue holds.
void note_command(cl_command_queue queue, bool waits);

/// Whether the kernel is of a program that was spliced, whose local memory has another limit.
bool is_spliced(cl_kernel kernel);

/// Records whether the process holds memory of the device, where that has changed.
void note_holder(bool holds);

/// Records that a call was refused.
__attribute__((format(printf, 1, 2))) void refused(const char *format, ...);
void count_launch(cl_uint axes, const size_t *groups, size_t group_size);
void count_transfer(size_t written, size_t read, enum memory memory);
void count_source(void);
void count_splice(void);
/// Records what was counted until now.
void write_counts(void);

// The entries of each file.
void imitate_devices(cl_icd_dispatch *);
void imitate_memory(cl_icd_dispatch *);
void imitate_transfers(cl_icd_dispatch *);
void imitate_launches(cl_icd_dispatch *);
void imitate_programs(cl_icd_dispatch *);
void imitate_queues(cl_icd_dispatch *);

#endif
