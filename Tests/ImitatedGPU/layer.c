// The layer, and the functions that every file of it calls.
#include "imitated_gpu.h"

#include <stdlib.h>

const char *const layer_name = "imitated GPU";

size_t setting(const char *name, size_t otherwise) {
  const char *text = getenv(name);
  return text == NULL ? otherwise : strtoull(text, NULL, 0);
}

void *failed(cl_int code, cl_int *code_returned) {
  if (code_returned != NULL) *code_returned = code;
  return NULL;
}

void replace_entries(cl_icd_dispatch *entries) {
  imitate_devices(entries);
  imitate_memory(entries);
  imitate_transfers(entries);
  imitate_launches(entries);
  imitate_programs(entries);
  imitate_queues(entries);
}
