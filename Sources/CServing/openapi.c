// The description of the server's routes, as bytes.
#include "CServing.h"

static const unsigned char openapi[] = {
#embed "openapi.json"
};

const unsigned char *limpid_openapi(void) { return openapi; }

size_t limpid_openapi_length(void) { return sizeof openapi; }
