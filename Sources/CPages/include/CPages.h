#ifndef LIMPID_CPAGES_H
#define LIMPID_CPAGES_H

#include <stddef.h>

/// The page for comparing pictures: HTML with places for the title, the tools, the style, the script
/// and the pictures, which are called {{title}}, {{tools}}, {{style}}, {{script}} and {{pictures}}.
const unsigned char *limpid_page_markup(void);
size_t limpid_page_markup_length(void);

/// What chooses a picture and zooms, as HTML of a header: its script wants it.
const unsigned char *limpid_page_tools(void);
size_t limpid_page_tools_length(void);

/// Its CSS.
const unsigned char *limpid_page_style(void);
size_t limpid_page_style_length(void);

/// Its JavaScript, which shows what `load` is given in the element `panes`.
const unsigned char *limpid_page_script(void);
size_t limpid_page_script_length(void);

/// The page of a report: HTML with places for {{title}}, {{style}}, {{extent}}, {{devices}} and
/// {{versions}}.
const unsigned char *limpid_report_markup(void);
size_t limpid_report_markup_length(void);

/// Its CSS.
const unsigned char *limpid_report_style(void);
size_t limpid_report_style_length(void);

#endif
