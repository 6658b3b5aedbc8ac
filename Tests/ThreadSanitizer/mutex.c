// A shim for LD_PRELOAD that tells the thread sanitizer of Swift's mutexes that somebody waits for.
//
// While nobody does, a Mutex is two instructions of the program, which are instrumented; else it is
// the standard library's, which is not, and the sanitizer would take what it guards for unguarded.
#define _GNU_SOURCE
#include <dlfcn.h>
#include <stdint.h>

#define MANGLED(name) __asm__("$s15Synchronization12_MutexHandleV" name)
#define SWIFT __attribute__((swiftcall))
#define SELF __attribute__((swift_context)) void *self

// Of the sanitizer's runtime, in the program; other programs have none.
__attribute__((weak)) void __tsan_acquire(void *lock);
__attribute__((weak)) void __tsan_release(void *lock);

static void *next(const char *name) { return dlsym(RTLD_NEXT, name); }

SWIFT void lock_slow(uint32_t thread, SELF) MANGLED("9_lockSlowyys6UInt32VF");
SWIFT void unlock_slow(SELF) MANGLED("11_unlockSlowyyF");

SWIFT void lock_slow(uint32_t thread, SELF) {
  typedef SWIFT void Function(uint32_t, SELF);
  ((Function *)next("$s15Synchronization12_MutexHandleV9_lockSlowyys6UInt32VF"))(thread, self);
  if (__tsan_acquire) __tsan_acquire(self);
}

SWIFT void unlock_slow(SELF) {
  typedef SWIFT void Function(SELF);
  if (__tsan_release) __tsan_release(self);
  ((Function *)next("$s15Synchronization12_MutexHandleV11_unlockSlowyyF"))(self);
}
