#ifndef LIMPID_EXCLUSIVE_RENAME_H
#define LIMPID_EXCLUSIVE_RENAME_H

/// Renames within one file system unless `to` exists. Returns 0, or the error number: EEXIST when
/// it exists, EINVAL or ENOSYS where the file system has no such operation.
int limpid_rename_exclusively(const char *from, const char *to);

#endif
