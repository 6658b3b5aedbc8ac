// Text that looks like the PTX of a program with instructions of sm_90a, and carries the CPU
// runtime's binary of its emulation.
#ifndef PTX_H
#define PTX_H

#include <stdbool.h>
#include <stddef.h>

/// What a spliced text holds.
struct ptx {
  unsigned char *native;  // the caller frees it
  size_t native_bytes, local_bytes;
};

/// - declared_bytes: of local memory, by the kernel.
/// - local_bytes: that it needs.
char *ptx_written(
    const unsigned char *native, size_t native_bytes, size_t declared_bytes, size_t local_bytes,
    bool is_spliced);
bool is_ptx(const unsigned char *text, size_t length);
/// Reads what `ptx_written` wrote and somebody spliced; gives what is wrong with it, or NULL.
const char *ptx_read(const unsigned char *text, size_t length, struct ptx *ptx);

#endif
