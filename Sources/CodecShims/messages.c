#include "messages.h"

#include <stdio.h>
#include <string.h>

void limpid_record_error(limpid_messages *messages, const char *text) {
  snprintf(messages->error, LIMPID_MESSAGE_SIZE, "%s", text);
}

void limpid_record_warning(limpid_messages *messages, const char *text) {
  for (size_t i = 0; i < messages->warning_count; i++)
    if (strncmp(messages->warnings[i], text, LIMPID_MESSAGE_SIZE - 1) == 0) return;
  if (messages->warning_count == LIMPID_WARNING_COUNT) return;
  snprintf(messages->warnings[messages->warning_count++], LIMPID_MESSAGE_SIZE, "%s", text);
}

const char *limpid_warning_at(const limpid_messages *messages, size_t index) {
  return index < messages->warning_count ? messages->warnings[index] : NULL;
}
