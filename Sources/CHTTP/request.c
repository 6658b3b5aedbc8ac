#include <curl/curl.h>
#include <dlfcn.h>
#include <pthread.h>
#include <stdlib.h>
#include <string.h>

#include "CHTTP.h"

// What is called of libcurl.
static struct {
  CURLcode (*global_init)(long);
  CURL *(*init)(void);
  CURLcode (*setopt)(CURL *, CURLoption, ...);
  CURLcode (*perform)(CURL *);
  CURLcode (*getinfo)(CURL *, CURLINFO, ...);
  void (*cleanup)(CURL *);
  struct curl_slist *(*append)(struct curl_slist *, const char *);
  void (*free_all)(struct curl_slist *);
  const char *(*strerror)(CURLcode);
} curl;

static bool is_open;
static pthread_once_t opening = PTHREAD_ONCE_INIT;

static void open_library(void) {
  void *library = dlopen("libcurl.so.4", RTLD_NOW | RTLD_LOCAL);
  if (!library) return;
  const struct {
    const char *name;
    void *function;
  } functions[] = {
      {"curl_global_init", &curl.global_init}, {"curl_easy_init", &curl.init},
      {"curl_easy_setopt", &curl.setopt},      {"curl_easy_perform", &curl.perform},
      {"curl_easy_getinfo", &curl.getinfo},    {"curl_easy_cleanup", &curl.cleanup},
      {"curl_slist_append", &curl.append},     {"curl_slist_free_all", &curl.free_all},
      {"curl_easy_strerror", &curl.strerror},
  };
  for (size_t i = 0; i < sizeof functions / sizeof *functions; i++) {
    void *found = dlsym(library, functions[i].name);
    if (!found) return;
    memcpy(functions[i].function, &found, sizeof found);
  }
  is_open = curl.global_init(CURL_GLOBAL_DEFAULT) == CURLE_OK;
}

// A request on its way.
typedef struct {
  const limpid_http_request *request;
  limpid_http_answer *answer;
} transfer;

static size_t receive(char *bytes, size_t unit, size_t count, void *context) {
  transfer *way = context;
  limpid_http_answer *answer = way->answer;
  size_t size = unit * count;
  if (size > way->request->limit - answer->size) return CURL_WRITEFUNC_ERROR;
  char *grown = realloc(answer->data, answer->size + size + 1);
  if (!grown) return CURL_WRITEFUNC_ERROR;
  memcpy(grown + answer->size, bytes, size);
  answer->data = grown;
  answer->size += size;
  return size;
}

static int watch(
    void *context, curl_off_t in_all, curl_off_t in, curl_off_t out_all, curl_off_t out) {
  const limpid_http_request *request = ((transfer *)context)->request;
  return request->is_over(request->context);
}

static limpid_http_outcome outcome(CURLcode code) {
  switch (code) {
    case CURLE_OK: return LIMPID_HTTP_ANSWERED;
    case CURLE_OPERATION_TIMEDOUT: return LIMPID_HTTP_SLOW;
    case CURLE_WRITE_ERROR: return LIMPID_HTTP_TALKATIVE;
    case CURLE_ABORTED_BY_CALLBACK: return LIMPID_HTTP_STOPPED;
    default: return LIMPID_HTTP_UNREACHED;
  }
}

static CURLcode perform(CURL *handle, transfer *way, struct curl_slist *headers) {
  const limpid_http_request *request = way->request;
  curl.setopt(handle, CURLOPT_URL, request->url);
  curl.setopt(handle, CURLOPT_HTTPHEADER, headers);
  curl.setopt(handle, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body_size);
  curl.setopt(handle, CURLOPT_POSTFIELDS, request->body);
  curl.setopt(handle, CURLOPT_TIMEOUT, request->seconds);
  curl.setopt(handle, CURLOPT_NOSIGNAL, 1L);
  curl.setopt(handle, CURLOPT_WRITEFUNCTION, receive);
  curl.setopt(handle, CURLOPT_WRITEDATA, way);
  curl.setopt(handle, CURLOPT_NOPROGRESS, 0L);
  curl.setopt(handle, CURLOPT_XFERINFOFUNCTION, watch);
  curl.setopt(handle, CURLOPT_XFERINFODATA, way);
  curl.setopt(handle, CURLOPT_ERRORBUFFER, way->answer->message);
  return curl.perform(handle);
}

limpid_http_outcome limpid_http_post(
    const limpid_http_request *request, limpid_http_answer *answer) {
  *answer = (limpid_http_answer){.retry_after = -1};
  pthread_once(&opening, open_library);
  CURL *handle = is_open ? curl.init() : NULL;
  if (!handle) return LIMPID_HTTP_MISSING;
  struct curl_slist *headers = NULL;
  for (const char *const *line = request->headers; *line; line++)
    headers = curl.append(headers, *line);
  transfer way = {request, answer};
  CURLcode code = perform(handle, &way, headers);
  if (code != CURLE_OK && !*answer->message)
    strncpy(answer->message, curl.strerror(code), sizeof answer->message - 1);
  curl_off_t pause = 0;
  curl.getinfo(handle, CURLINFO_RESPONSE_CODE, &answer->status);
  if (curl.getinfo(handle, CURLINFO_RETRY_AFTER, &pause) == CURLE_OK && pause > 0)
    answer->retry_after = (long)pause;
  curl.cleanup(handle);
  curl.free_all(headers);
  return outcome(code);
}
