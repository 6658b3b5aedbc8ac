// An OpenCL layer whose kernels are not those of the program that asks for them, for tests of what
// finds that out:
//
//   ALTERED_FROM, ALTERED_TO  a text of kernels' sources, and what stands in its place
//   ALTERED_CRASH             the kernel whose launch ends the process
#include "../OpenCLLayer/layer.h"

#include <stdlib.h>
#include <string.h>

const char *const layer_name = "altered kernels";

/// A source with the first text in it replaced; NULL where it is not in it.
static char *altered(const char *source) {
  const char *from = getenv("ALTERED_FROM"), *to = getenv("ALTERED_TO");
  const char *place = from == NULL || to == NULL ? NULL : strstr(source, from);
  if (place == NULL) return NULL;
  char *text = malloc(strlen(source) + strlen(to) + 1);
  memcpy(text, source, place - source);
  strcpy(text + (place - source), to);
  return strcat(text, place + strlen(from));
}

static cl_program CL_API_CALL create_program_with_source(
    cl_context context, cl_uint count, const char **texts, const size_t *lengths,
    cl_int *code_returned) {
  char *text = count == 1 && lengths == NULL ? altered(*texts) : NULL;
  const char *built = text;
  cl_program program = runtime->clCreateProgramWithSource(
      context, count, text == NULL ? texts : &built, lengths, code_returned);
  free(text);
  return program;
}

static cl_int CL_API_CALL enqueue_kernel(
    cl_command_queue queue, cl_kernel kernel, cl_uint axes, const size_t *offset,
    const size_t *global, const size_t *local, cl_uint count, const cl_event *waits,
    cl_event *event) {
  char name[128] = "";
  const char *crashing = getenv("ALTERED_CRASH");
  runtime->clGetKernelInfo(kernel, CL_KERNEL_FUNCTION_NAME, sizeof name, name, NULL);
  if (crashing != NULL && strcmp(name, crashing) == 0) abort();
  return runtime->clEnqueueNDRangeKernel(
      queue, kernel, axes, offset, global, local, count, waits, event);
}

void replace_entries(cl_icd_dispatch *entries) {
  entries->clCreateProgramWithSource = create_program_with_source;
  entries->clEnqueueNDRangeKernel = enqueue_kernel;
}
