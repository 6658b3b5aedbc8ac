#ifndef LIMPID_CKERNELS_H
#define LIMPID_CKERNELS_H

#include <stddef.h>

/// A kernel source or header that is part of the binary.
struct limpid_kernel_file {
  /// Path below the kernel folder, such as "cpu/gemm.cl".
  const char *path;
  const unsigned char *bytes;
  size_t length;
};

/// Every file; `limpid_kernel_file_count` of them.
const struct limpid_kernel_file *limpid_kernel_table(void);
extern const size_t limpid_kernel_file_count;

#endif
