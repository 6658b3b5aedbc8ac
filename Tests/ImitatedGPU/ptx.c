#define _GNU_SOURCE
#include "ptx.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static const char head[] = "//\n// Imitated PTX\n.version 8.7\n.target ";
static const char native_mark[] = "// native ";
static const char declaration[] = "\t.shared .align 1024 .b8 declared[%zu];\n";

#define PRODUCT                                                                             \
  "{ .reg .pred p; setp.ne.b32 p, 1, 0; wgmma.mma_async.sync.aligned.m64n16k16.f32.f16.f16 " \
  "{%f1, %f2, %f3, %f4, %f5, %f6, %f7, %f8}, %rd1, %rd2, p, 1, 1, 0, 0; }"

/// One of each instruction, in the spelling of a compiler that passed the comments on.
static const char *const instructions[] = {
    "mov.u32 %r1, 1;",
    "fence.proxy.async.shared::cta;",
    "wgmma.fence.sync.aligned;",
    PRODUCT,
    "wgmma.commit_group.sync.aligned;",
    "wgmma.wait_group.sync.aligned 0;",
};

char *ptx_written(
    const unsigned char *native, size_t native_bytes, size_t declared_bytes, size_t local_bytes,
    bool is_spliced) {
  char *text = NULL;
  size_t length = 0;
  FILE *file = open_memstream(&text, &length);
  fprintf(file, "%ssm_90%s, texmode_independent\n", head, is_spliced ? "a" : "");
  fprintf(file, declaration, declared_bytes);
  if (!is_spliced) fprintf(file, "\t//spliced slices %zu;\n", local_bytes);
  for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
    fprintf(file, "\t%s%s\n", is_spliced ? "" : "//spliced ", instructions[i]);
  fputs(native_mark, file);
  for (size_t i = 0; i < native_bytes; i++) fprintf(file, "%02x", native[i]);
  fputs("\n", file);
  fclose(file);
  return text;
}

bool is_ptx(const unsigned char *text, size_t length) {
  return length > strlen(head) && memcmp(text, head, strlen(head)) == 0;
}

static int digit(char sign) { return sign <= '9' ? sign - '0' : sign - 'a' + 10; }

static void read_native(const char *digits, struct ptx *ptx) {
  ptx->native_bytes = strspn(digits, "0123456789abcdef") / 2;
  ptx->native = malloc(ptx->native_bytes);
  for (size_t i = 0; i < ptx->native_bytes; i++)
    ptx->native[i] = (unsigned char)(digit(digits[2 * i]) << 4 | digit(digits[2 * i + 1]));
}

const char *ptx_read(const unsigned char *bytes, size_t length, struct ptx *ptx) {
  char *text = strndup((const char *)bytes, length);
  const char *fault = NULL;
  if (strstr(text, ".target sm_90a") == NULL) fault = "not for sm_90a";
  if (strstr(text, "//spliced") != NULL) fault = "instructions are still comments";
  for (size_t i = 0; i < sizeof instructions / sizeof *instructions; i++)
    if (strstr(text, instructions[i]) == NULL) fault = "an instruction is lost";
  const char *local = strstr(text, "\t.shared "), *native = strstr(text, native_mark);
  if (local == NULL || sscanf(local, declaration, &ptx->local_bytes) != 1)
    fault = "no local memory is declared";
  if (native == NULL) fault = "the program is lost";
  if (fault == NULL) read_native(native + strlen(native_mark), ptx);
  free(text);
  return fault;
}
