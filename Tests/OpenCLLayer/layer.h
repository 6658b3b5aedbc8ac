// What every OpenCL layer of the tests shares: see OPENCL_LAYERS of ocl-icd 2.3 and later.
#ifndef OPENCL_LAYER_H
#define OPENCL_LAYER_H

#define CL_TARGET_OPENCL_VERSION 300
#include <CL/cl_icd.h>
#include <stddef.h>

/// What the runtime below the layer answers.
extern const cl_icd_dispatch *runtime;

/// What the layer is called; each layer has one.
extern const char *const layer_name;

/// Puts the layer's functions in the place of the runtime's; each layer has one.
void replace_entries(cl_icd_dispatch *entries);

/// Answers a question for a value of `count` bytes as OpenCL's functions do.
cl_int answer(const void *value, size_t count, size_t room, void *target, size_t *count_returned);

#endif
