#ifndef LIMPID_CMODELS_H
#define LIMPID_CMODELS_H

#include <stddef.h>

/// A network that is part of the binary, the bytes of a safetensors file, or what `limpid precision`
/// said of it, those of a precision.json.
struct limpid_model {
  const unsigned char *bytes;
  size_t length;
};

struct limpid_model limpid_denoiser(void);
/// They enlarge to 2 and to 4 times the sides.
struct limpid_model limpid_upscaler_x2(void);
struct limpid_model limpid_upscaler_x4(void);
/// It removes haze, rain and noise.
struct limpid_model limpid_up_restorer(void);

struct limpid_model limpid_denoiser_precision(void);
struct limpid_model limpid_upscaler_x2_precision(void);
struct limpid_model limpid_upscaler_x4_precision(void);
struct limpid_model limpid_up_restorer_precision(void);

#endif
