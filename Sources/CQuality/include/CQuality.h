#ifndef LIMPID_CQUALITY_H
#define LIMPID_CQUALITY_H

#include <stddef.h>

/// The mean of NIQE's 36 features over pristine pictures and, row by row, their covariance:
/// little-endian doubles.
const unsigned char *limpid_niqe(void);
size_t limpid_niqe_length(void);

#endif
