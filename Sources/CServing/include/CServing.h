#ifndef LIMPID_CSERVING_H
#define LIMPID_CSERVING_H

// mallopt, which Swift's Glibc leaves out.
#include <malloc.h>
#include <stddef.h>

/// The description of the server's routes, as JSON in the form of OpenAPI 3.1.
const unsigned char *limpid_openapi(void);
size_t limpid_openapi_length(void);

/// The server's page: HTML with places for {{tools}}, {{style}} and {{script}}.
const unsigned char *limpid_server_markup(void);
size_t limpid_server_markup_length(void);

/// Its CSS, behind that of pages that compare pictures.
const unsigned char *limpid_server_style(void);
size_t limpid_server_style_length(void);

/// Its JavaScript, behind that of pages that compare pictures.
const unsigned char *limpid_server_script(void);
size_t limpid_server_script_length(void);

#endif
