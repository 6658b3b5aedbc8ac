// What ocl-icd asks of a layer.
#include "layer.h"

#include <CL/cl_layer.h>
#include <string.h>

const cl_icd_dispatch *runtime;
static cl_icd_dispatch entries;

cl_int answer(const void *value, size_t count, size_t room, void *target, size_t *count_returned) {
  if (target != NULL) {
    if (room < count) return CL_INVALID_VALUE;
    memcpy(target, value, count);
  }
  if (count_returned != NULL) *count_returned = count;
  return CL_SUCCESS;
}

cl_int CL_API_CALL clGetLayerInfo(
    cl_layer_info key, size_t room, void *target, size_t *count_returned) {
  static const cl_layer_api_version version = CL_LAYER_API_VERSION_100;
  switch (key) {
    case CL_LAYER_API_VERSION:
      return answer(&version, sizeof version, room, target, count_returned);
    case CL_LAYER_NAME:
      return answer(layer_name, strlen(layer_name) + 1, room, target, count_returned);
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
  replace_entries(&entries);
  *count_returned = shared;
  *entries_returned = &entries;
  return CL_SUCCESS;
}
