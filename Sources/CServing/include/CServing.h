#ifndef LIMPID_CSERVING_H
#define LIMPID_CSERVING_H

#include <stddef.h>

/// The description of the server's routes, as JSON in the form of OpenAPI 3.1.
const unsigned char *limpid_openapi(void);
size_t limpid_openapi_length(void);

#endif
