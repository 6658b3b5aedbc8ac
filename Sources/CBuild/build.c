// What the binary was built from and with.
#include "CBuild.h"

// Written by tools/build; a build without it does not know its commit.
#if __has_include("commit.h")
#include "commit.h"
#else
#define LIMPID_COMMIT ""
#endif

const char *limpid_commit(void) { return LIMPID_COMMIT; }

const char *limpid_compiler(void) { return __VERSION__; }
