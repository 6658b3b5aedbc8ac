/// What a codec had to say, kept in fixed room so that recording it cannot fail.
#ifndef LIMPID_MESSAGES_H
#define LIMPID_MESSAGES_H

#include <stddef.h>

enum { LIMPID_MESSAGE_SIZE = 200, LIMPID_WARNING_COUNT = 8 };

typedef struct limpid_messages {
  char error[LIMPID_MESSAGE_SIZE];
  char warnings[LIMPID_WARNING_COUNT][LIMPID_MESSAGE_SIZE];
  size_t warning_count;
} limpid_messages;

void limpid_record_error(limpid_messages *messages, const char *text);
/// Keeps the first few different warnings and drops the rest.
void limpid_record_warning(limpid_messages *messages, const char *text);
const char *limpid_warning_at(const limpid_messages *messages, size_t index);

#endif
