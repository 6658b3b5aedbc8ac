// The description of the server's routes and the parts of its page, as bytes.
#include "CServing.h"

#define PART(name) \
  const unsigned char *limpid_##name(void) { return name; } \
  size_t limpid_##name##_length(void) { return sizeof name; }

static const unsigned char openapi[] = {
#embed "openapi.json"
};

static const unsigned char server_markup[] = {
#embed "page.html"
};
static const unsigned char server_style[] = {
#embed "page.css"
};
static const unsigned char server_script[] = {
#embed "page.js"
};

PART(openapi)
PART(server_markup)
PART(server_style)
PART(server_script)
