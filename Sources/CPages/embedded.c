// The parts of the page that `limpid compare` writes, as bytes.
#include "CPages.h"

#define PART(name) \
  const unsigned char *limpid_page_##name(void) { return name; } \
  size_t limpid_page_##name##_length(void) { return sizeof name; }

static const unsigned char markup[] = {
#embed "comparison.html"
};
static const unsigned char style[] = {
#embed "comparison.css"
};
static const unsigned char script[] = {
#embed "comparison.js"
};

PART(markup)
PART(style)
PART(script)
