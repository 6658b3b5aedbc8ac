/// The chunks of PNG that are carried without libpng's knowledge of them.
#ifndef LIMPID_PNG_CHUNKS_H
#define LIMPID_PNG_CHUNKS_H

enum { LIMPID_PNG_COLOUR_CHUNKS = 3 };

/// The names of those of colours as png_set_keep_unknown_chunks wants them.
static const unsigned char limpid_png_colour_chunks[] = "cICP\0mDCV\0cLLI";

#endif
