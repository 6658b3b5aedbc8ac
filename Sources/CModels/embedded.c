// The built-in models as bytes.
#include "CModels.h"

// Aligned like tensor storage, so that most tensors are read where they lie.
_Alignas(64) static const unsigned char denoiser[] = {
#embed "denoiser.safetensors"
};

_Alignas(64) static const unsigned char upscaler_x2[] = {
#embed "upscaler-x2.safetensors"
};

_Alignas(64) static const unsigned char upscaler_x4[] = {
#embed "upscaler-x4.safetensors"
};

_Alignas(64) static const unsigned char up_restorer[] = {
#embed "up-restorer-small.safetensors"
};

struct limpid_model limpid_denoiser(void) {
  return (struct limpid_model){denoiser, sizeof denoiser};
}

struct limpid_model limpid_upscaler_x2(void) {
  return (struct limpid_model){upscaler_x2, sizeof upscaler_x2};
}

struct limpid_model limpid_upscaler_x4(void) {
  return (struct limpid_model){upscaler_x4, sizeof upscaler_x4};
}

struct limpid_model limpid_up_restorer(void) {
  return (struct limpid_model){up_restorer, sizeof up_restorer};
}

static const unsigned char denoiser_precision[] = {
#embed "denoiser.precision.json"
};

struct limpid_model limpid_denoiser_precision(void) {
  return (struct limpid_model){denoiser_precision, sizeof denoiser_precision};
}

static const unsigned char upscaler_x2_precision[] = {
#embed "upscaler-x2.precision.json"
};

struct limpid_model limpid_upscaler_x2_precision(void) {
  return (struct limpid_model){upscaler_x2_precision, sizeof upscaler_x2_precision};
}

static const unsigned char upscaler_x4_precision[] = {
#embed "upscaler-x4.precision.json"
};

struct limpid_model limpid_upscaler_x4_precision(void) {
  return (struct limpid_model){upscaler_x4_precision, sizeof upscaler_x4_precision};
}

static const unsigned char up_restorer_precision[] = {
#embed "up-restorer-small.precision.json"
};

struct limpid_model limpid_up_restorer_precision(void) {
  return (struct limpid_model){up_restorer_precision, sizeof up_restorer_precision};
}
