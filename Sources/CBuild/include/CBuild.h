#ifndef LIMPID_CBUILD_H
#define LIMPID_CBUILD_H

/// The commit that the binary was built from; empty when the build did not record it.
const char *limpid_commit(void);

/// The compiler and its version.
const char *limpid_compiler(void);

#endif
