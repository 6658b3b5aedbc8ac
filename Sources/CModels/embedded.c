// The built-in models as bytes.
#include "CModels.h"

// Aligned like tensor storage, so that most tensors are read where they lie.
_Alignas(64) static const unsigned char denoiser[] = {
#embed "denoiser.safetensors"
};

const unsigned char *limpid_denoiser(void) { return denoiser; }

size_t limpid_denoiser_length(void) { return sizeof denoiser; }
