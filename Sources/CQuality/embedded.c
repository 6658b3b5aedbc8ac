// What NIQE was fitted to, as bytes; NOTICE beside this file says whose work it is.
#include "CQuality.h"

_Alignas(64) static const unsigned char niqe[] = {
#embed "niqe.f64"
};

const unsigned char *limpid_niqe(void) { return niqe; }

size_t limpid_niqe_length(void) { return sizeof niqe; }
