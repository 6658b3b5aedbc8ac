/// Requests to servers, by libcurl. It is opened by its name when the first one is made, so that
/// programs start, and run, without it.
#ifndef LIMPID_HTTP_H
#define LIMPID_HTTP_H

#include <stdbool.h>
#include <stddef.h>

typedef enum limpid_http_outcome {
  LIMPID_HTTP_ANSWERED,
  LIMPID_HTTP_MISSING,    // there is no libcurl
  LIMPID_HTTP_UNREACHED,  // no connection, or one that broke
  LIMPID_HTTP_SLOW,       // no whole answer in time
  LIMPID_HTTP_TALKATIVE,  // more bytes than the limit
  LIMPID_HTTP_STOPPED,    // the caller wants it no more
} limpid_http_outcome;

typedef struct limpid_http_request {
  const char *url;             // http or https
  const char *const *headers;  // `Name: value`; NULL ends them
  const char *body;            // which is posted
  size_t body_size;
  long seconds;  // that it may take
  size_t limit;  // bytes that the answer may have
  /// Asked at least once a second whether to stop.
  bool (*is_over)(void *context);
  void *context;
} limpid_http_request;

typedef struct limpid_http_answer {
  long status;
  long retry_after;  // seconds that the server asks to wait; -1 where it does not
  char *data;        // belongs to the caller, who releases it with free()
  size_t size;
  char message[256];  // what went wrong, on one line
} limpid_http_answer;

/// Posts and waits. Redirects are answers like others, and are not followed.
limpid_http_outcome limpid_http_post(
    const limpid_http_request *request, limpid_http_answer *answer);

#endif
