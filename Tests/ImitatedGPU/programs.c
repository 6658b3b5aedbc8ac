// Programs: which instructions a device knows, and, where it speaks PTX, that a program is loaded
// as PTX which was spliced (see Sources/OpenCLExecutor/PTXSplice.swift).
//
// The kernels' own definitions say what they want: SUBGROUPS of tiled/lanes.h and MATRIX of
// tiled/matrix.h. Where the device has it, they are built as the emulation of the same instructions.
#include "imitated_gpu.h"

#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ptx.h"

enum { PLAIN_LOCAL_BYTES = 48 * 1024 };  // what ptxas allows a kernel for sm_90 to declare

/// A program that holds instructions of sm_90a.
struct program {
  cl_program handle;
  char *declaring;  // the source with the local memory that its PTX declares
  size_t declared;  // bytes of it; 0 until they are asked for
  bool is_spliced;
  struct program *next;
};

static struct program *programs;
static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;

static void remember(cl_program handle, char *declaring, bool is_spliced) {
  struct program *program = malloc(sizeof *program);
  pthread_mutex_lock(&lock);
  *program = (struct program){handle, declaring, 0, is_spliced, programs};
  programs = program;
  pthread_mutex_unlock(&lock);
}

/// A new program may have the handle of one that is no more.
static cl_program renewed(cl_program handle) {
  pthread_mutex_lock(&lock);
  for (struct program **link = &programs; *link != NULL;) {
    struct program *program = *link;
    if (program->handle != handle) {
      link = &program->next;
      continue;
    }
    *link = program->next;
    free(program->declaring);
    free(program);
  }
  pthread_mutex_unlock(&lock);
  return handle;
}

static struct program *found(cl_program handle) {
  pthread_mutex_lock(&lock);
  struct program *program = programs;
  while (program != NULL && program->handle != handle) program = program->next;
  pthread_mutex_unlock(&lock);
  return program;
}

bool is_spliced(cl_kernel kernel) {
  cl_program handle = NULL;
  runtime->clGetKernelInfo(kernel, CL_KERNEL_PROGRAM, sizeof handle, &handle, NULL);
  const struct program *program = found(handle);
  return program != NULL && program->is_spliced;
}

static cl_device_id context_device(cl_context context) {
  cl_device_id id = NULL;
  runtime->clGetContextInfo(context, CL_CONTEXT_DEVICES, sizeof id, &id, NULL);
  return id;
}

static bool has_subgroups(cl_device_id id) {
  char extensions[8192] = "";
  runtime->clGetDeviceInfo(id, CL_DEVICE_EXTENSIONS, sizeof extensions, extensions, NULL);
  return strstr(extensions, "cl_intel_subgroups") != NULL;
}

/// Replaces a line of definition by another that is no longer.
static void redefine(char *source, const char *from, const char *to) {
  char *place = strstr(source, from);
  if (place != NULL) memcpy(place, to, strlen(to));
}

/// The instructions that the source wants and the device lacks; NULL when it lacks none.
static const char *lack(const char *source, const struct device *device) {
  const bool wants_ptx = strstr(source, "#define SUBGROUPS 1\n") != NULL ||
                         strstr(source, "#define MATRIX 1\n") != NULL;
  if (strstr(source, "#define MATRIX 2\n") != NULL) return "converted addresses";
  if (wants_ptx && device->lanes != LANES_PTX) return "PTX";
  if (strstr(source, "#define SUBGROUPS 2\n") != NULL && device->lanes != LANES_INTEL)
    return "cl_intel_subgroups";
  return NULL;
}

/// A CPU's compiler takes ten times as long to make vectors of neighbouring work-items as for all
/// the rest, and is asked for them only where work-items exchange numbers as lanes of one vector.
static const char scalar[] = "#define __kernel __attribute__((vec_type_hint(float16))) __kernel\n";

static char *prefixed(const char *line, const char *source) {
  char *text = malloc(strlen(line) + strlen(source) + 1);
  strcpy(text, line);
  return strcat(text, source);
}

static cl_program CL_API_CALL create_program_with_source(
    cl_context context, cl_uint count, const char **texts, const size_t *lengths,
    cl_int *code_returned) {
  const cl_int death = obituary();
  if (death != CL_SUCCESS) return failed(death, code_returned);
  const cl_device_id id = context_device(context);
  const struct device *device = imitation(id);
  if (count != 1 || lengths != NULL)
    return renewed(
        runtime->clCreateProgramWithSource(context, count, texts, lengths, code_returned));
  count_source();
  const char *lacked = lack(*texts, device);
  char error[64] = "";
  if (lacked != NULL) snprintf(error, sizeof error, "#error this device has no %s\n", lacked);
  char *source = prefixed(error, *texts);
  const bool is_spliceable =
      strstr(source, "#define MATRIX 1\n") != NULL && strstr(source, "SPLICED") != NULL;
  if (device->lanes == LANES_PTX) {
    redefine(source, "#define SUBGROUPS 1\n",
             has_subgroups(id) ? "#define SUBGROUPS 2\n" : "#define SUBGROUPS 0\n");
    redefine(source, "#define MATRIX 1\n", "#define MATRIX 0\n");
  }
  const char *built[] = {
      strstr(source, "#define SUBGROUPS 2\n") == NULL ? scalar : "", source};
  cl_program handle =
      renewed(runtime->clCreateProgramWithSource(context, 2, built, NULL, code_returned));
  if (handle != NULL && is_spliceable)
    remember(handle, prefixed("#define ENLARGED_LATER 1\n", source), false);
  free(source);
  return handle;
}

/// Local memory of the only kernel of a program.
static size_t local_bytes(cl_program program, cl_device_id id) {
  cl_kernel kernel = NULL;
  cl_ulong bytes = 0;
  if (runtime->clCreateKernelsInProgram(program, 1, &kernel, NULL) != CL_SUCCESS) abort();
  runtime->clGetKernelWorkGroupInfo(
      kernel, id, CL_KERNEL_LOCAL_MEM_SIZE, sizeof bytes, &bytes, NULL);
  runtime->clReleaseKernel(kernel);
  return bytes;
}

static cl_device_id program_device(cl_program program) {
  cl_device_id id = NULL;
  runtime->clGetProgramInfo(program, CL_PROGRAM_DEVICES, sizeof id, &id, NULL);
  return id;
}

/// Local memory that the program's PTX declares before it is spliced.
static size_t declared_bytes(struct program *program) {
  if (program->declared != 0) return program->declared;
  cl_context context = NULL;
  cl_device_id id = program_device(program->handle);
  runtime->clGetProgramInfo(
      program->handle, CL_PROGRAM_CONTEXT, sizeof context, &context, NULL);
  const char *source = program->declaring;
  cl_program declaring = runtime->clCreateProgramWithSource(context, 1, &source, NULL, NULL);
  const char *options = "-cl-std=CL1.2 -cl-opt-disable";  // only its size is asked for
  if (runtime->clBuildProgram(declaring, 1, &id, options, NULL, NULL) != CL_SUCCESS) abort();
  program->declared = local_bytes(declaring, id);
  runtime->clReleaseProgram(declaring);
  return program->declared;
}

static cl_int CL_API_CALL build_program(
    cl_program handle, cl_uint count, const cl_device_id *ids, const char *options,
    void(CL_CALLBACK *notify)(cl_program, void *), void *data) {
  const cl_int death = obituary();
  if (death != CL_SUCCESS) return death;
  struct program *program = found(handle);
  // What is loaded as PTX was built, and its options are NVIDIA's.
  if (program != NULL && program->is_spliced) return CL_SUCCESS;
  // Imitated matrix instructions are to be right and not fast, and optimizing them takes a CPU's
  // compiler five times as long as all the rest.
  char quick[256];
  snprintf(quick, sizeof quick, "%s -cl-opt-disable", options == NULL ? "" : options);
  const bool is_quick = imitation(program_device(handle))->lanes == LANES_PTX;
  const cl_int code =
      runtime->clBuildProgram(handle, count, ids, is_quick ? quick : options, notify, data);
  if (code != CL_SUCCESS || program == NULL) return code;
  const size_t declared = declared_bytes(program);
  if (declared <= PLAIN_LOCAL_BYTES) return code;
  refused("%zu bytes of local memory declared for sm_90", declared);
  return CL_BUILD_PROGRAM_FAILURE;
}

static cl_int CL_API_CALL get_program_build_info(
    cl_program handle, cl_device_id id, cl_program_build_info key, size_t room, void *target,
    size_t *count_returned) {
  static const char serialized[] =
      "ptxas info : (C7510) Potential Performance Loss: wgmma.mma_async instructions are "
      "serialized due to insufficient register resources";
  const struct program *program = found(handle);
  if (key == CL_PROGRAM_BUILD_LOG && program != NULL && program->is_spliced &&
      setting("IMITATED_GPU_SERIALIZED", 0) != 0)
    return answer(serialized, sizeof serialized, room, target, count_returned);
  return runtime->clGetProgramBuildInfo(handle, id, key, room, target, count_returned);
}

/// The runtime's own binary.
static unsigned char *native(cl_program handle, size_t *byte_count) {
  runtime->clGetProgramInfo(
      handle, CL_PROGRAM_BINARY_SIZES, sizeof *byte_count, byte_count, NULL);
  unsigned char *bytes = malloc(*byte_count);
  runtime->clGetProgramInfo(handle, CL_PROGRAM_BINARIES, sizeof bytes, &bytes, NULL);
  return bytes;
}

static cl_int CL_API_CALL get_program_info(
    cl_program handle, cl_program_info key, size_t room, void *target, size_t *count_returned) {
  struct program *program = found(handle);
  const bool is_binary = key == CL_PROGRAM_BINARY_SIZES || key == CL_PROGRAM_BINARIES;
  if (program == NULL || !is_binary)
    return runtime->clGetProgramInfo(handle, key, room, target, count_returned);
  size_t byte_count = 0;
  unsigned char *bytes = native(handle, &byte_count);
  const size_t local = local_bytes(handle, program_device(handle));
  const size_t declared = program->is_spliced ? local : declared_bytes(program);
  char *text = ptx_written(bytes, byte_count, declared, local, program->is_spliced);
  const size_t size = strlen(text) + 1;
  cl_int code = CL_SUCCESS;
  if (key == CL_PROGRAM_BINARY_SIZES)
    code = answer(&size, sizeof size, room, target, count_returned);
  else if (target != NULL)
    memcpy(*(char **)target, text, size);
  free(text);
  free(bytes);
  return code;
}

static cl_program CL_API_CALL create_program_with_binary(
    cl_context context, cl_uint count, const cl_device_id *ids, const size_t *lengths,
    const unsigned char **binaries, cl_int *statuses, cl_int *code_returned) {
  const cl_int death = obituary();
  if (death != CL_SUCCESS) return failed(death, code_returned);
  if (count != 1 || !is_ptx(*binaries, *lengths))
    return renewed(runtime->clCreateProgramWithBinary(
        context, count, ids, lengths, binaries, statuses, code_returned));
  struct ptx ptx;
  const char *fault = ptx_read(*binaries, *lengths, &ptx);
  if (fault != NULL) {
    refused("PTX: %s", fault);
    return failed(CL_INVALID_BINARY, code_returned);
  }
  const unsigned char *bytes = ptx.native;
  cl_program handle = renewed(runtime->clCreateProgramWithBinary(
      context, 1, ids, &ptx.native_bytes, &bytes, statuses, code_returned));
  if (handle != NULL && runtime->clBuildProgram(handle, 1, ids, "", NULL, NULL) == CL_SUCCESS &&
      local_bytes(handle, *ids) > ptx.local_bytes) {
    refused("PTX: %zu bytes of local memory are too few", ptx.local_bytes);
    runtime->clReleaseProgram(handle);
    handle = failed(CL_INVALID_BINARY, code_returned);
  }
  free(ptx.native);
  if (handle == NULL) return NULL;
  remember(handle, NULL, true);
  count_splice();
  return handle;
}

void imitate_programs(cl_icd_dispatch *entries) {
  entries->clCreateProgramWithSource = create_program_with_source;
  entries->clCreateProgramWithBinary = create_program_with_binary;
  entries->clBuildProgram = build_program;
  entries->clGetProgramBuildInfo = get_program_build_info;
  entries->clGetProgramInfo = get_program_info;
}
