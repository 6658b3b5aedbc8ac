// A shim for LD_PRELOAD that ends the process, as a crashing driver would, when it receives a
// picture of one colour: a kilobyte of equal words that are not zero. Answers to such a picture are
// never received, since whoever should make them has ended.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <signal.h>
#include <stdbool.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

enum { WORD = 4, RUN = 1024 };

static bool holds_poison(const unsigned char *bytes, ssize_t count) {
  static const unsigned char zeros[WORD];
  ssize_t run = 0;
  for (ssize_t i = WORD; i < count; i++) {
    run = bytes[i] == bytes[i - WORD] ? run + 1 : 0;
    if (run >= RUN && memcmp(bytes + i - WORD, zeros, WORD) != 0) return true;
  }
  return false;
}

ssize_t recv(int socket, void *buffer, size_t size, int flags) {
  ssize_t (*real)(int, void *, size_t, int) =
      (ssize_t(*)(int, void *, size_t, int))dlsym(RTLD_NEXT, "recv");
  ssize_t count = real(socket, buffer, size, flags);
  if (holds_poison(buffer, count)) kill(getpid(), SIGKILL);
  return count;
}
