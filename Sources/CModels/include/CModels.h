#ifndef LIMPID_CMODELS_H
#define LIMPID_CMODELS_H

#include <stddef.h>

/// The built-in denoiser: a safetensors file that is part of the binary.
const unsigned char *limpid_denoiser(void);
size_t limpid_denoiser_length(void);

#endif
