// What ocl-icd asks of a layer, and the functions that every file of this one calls.
#include "imitated_gpu.h"

#include <CL/cl_layer.h>
#include <stdlib.h>
#include <string.h>

const cl_icd_dispatch *runtime;
static cl_icd_dispatch entries;

size_t setting(const char *name, size_t otherwise) {
  const char *text = getenv(name);
  return text == NULL ? otherwise : strtoull(text, NULL, 0);
}

cl_int answer(const void *value, size_t count, size_t room, void *target, size_t *count_returned) {
  if (target != NULL) {
    if (room < count) return CL_INVALID_VALUE;
    memcpy(target, value, count);
  }
  if (count_returned != NULL) *count_returned = count;
  return CL_SUCCESS;
}

void *failed(cl_int code, cl_int *code_returned) {
  if (code_returned != NULL) *code_returned = code;
  return NULL;
}

cl_int CL_API_CALL clGetLayerInfo(
    cl_layer_info key, size_t room, void *target, size_t *count_returned) {
  static const cl_layer_api_version version = CL_LAYER_API_VERSION_100;
  static const char name[] = "imitated GPU";
  switch (key) {
    case CL_LAYER_API_VERSION:
      return answer(&version, sizeof version, room, target, count_returned);
    case CL_LAYER_NAME:
      return answer(name, sizeof name, room, target, count_returned);
  }
  return CL_INVALID_VALUE;
}

cl_int CL_API_CALL clInitLayer(
    cl_uint count, const cl_icd_dispatch *below, cl_uint *count_returned,
    const cl_icd_dispatch **entries_returned) {
  const cl_uint known = sizeof entries / sizeof(void *);
  const cl_uint shared = count < known ? count : known;
  runtime = below;
  memcpy(&entries, below, shared * sizeof(void *));
  imitate_devices(&entries);
  imitate_memory(&entries);
  imitate_transfers(&entries);
  imitate_launches(&entries);
  imitate_programs(&entries);
  *count_returned = shared;
  *entries_returned = &entries;
  return CL_SUCCESS;
}
