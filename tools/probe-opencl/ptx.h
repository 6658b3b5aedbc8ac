// Editing PTX text.
#ifndef PROBE_PTX_H
#define PROBE_PTX_H
char *replaced(const char *text, const char *from, const char *to);
char *retargeted(const char *text);
#endif
