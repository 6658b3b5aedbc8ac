// The parts of the pages that `limpid compare` and `limpid report` write, as bytes.
#include "CPages.h"

#define PART(name) \
  const unsigned char *limpid_##name(void) { return name; } \
  size_t limpid_##name##_length(void) { return sizeof name; }

static const unsigned char page_markup[] = {
#embed "comparison.html"
};
static const unsigned char page_tools[] = {
#embed "comparison-tools.html"
};
static const unsigned char page_style[] = {
#embed "comparison.css"
};
static const unsigned char page_script[] = {
#embed "comparison.js"
};

static const unsigned char report_markup[] = {
#embed "report.html"
};
static const unsigned char report_style[] = {
#embed "report.css"
};

PART(page_markup)
PART(page_tools)
PART(page_style)
PART(page_script)
PART(report_markup)
PART(report_style)
