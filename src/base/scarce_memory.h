// Memory that runs out, for tests: replaces operator new. To be included in one file of a test program.
#pragma once

#include <cstdlib>
#include <new>
#include <utility>

namespace signet {

/// ScarceMemory lets this thread have so many allocations more; then one fails, or all do, until end() or its destruction.
class ScarceMemory {
 public:
  enum class Fails : unsigned char { kOnce, kForGood };

  ScarceMemory(long allowed, Fails fails) { begin(allowed, fails); }
  ~ScarceMemory() { static_cast<void>(end()); }
  ScarceMemory(const ScarceMemory&) = delete;
  ScarceMemory& operator=(const ScarceMemory&) = delete;

  static void begin(long allowed, Fails fails) noexcept {
    left = allowed;
    for_good = fails == Fails::kForGood;
    has_failed = false;
  }
  /// Memory is plentiful again. Returns whether an allocation has failed.
  static bool end() noexcept {
    left = -1;
    return std::exchange(has_failed, false);
  }

  static void* allocate(std::size_t size) noexcept {
    if (left == 0) {
      has_failed = true;
      if (!for_good) left = -1;
      return nullptr;
    }
    if (left > 0) --left;
    return std::malloc(size ? size : 1);
  }

 private:
  static inline thread_local long left = -1;  // below 0: as many as there are
  static inline thread_local bool for_good = false;
  static inline thread_local bool has_failed = false;
};

}  // namespace signet

void* operator new(std::size_t size) {
  if (void* memory = signet::ScarceMemory::allocate(size)) return memory;
  throw std::bad_alloc();
}
void* operator new(std::size_t size, const std::nothrow_t&) noexcept {
  return signet::ScarceMemory::allocate(size);
}
void operator delete(void* memory) noexcept {
  std::free(memory);
}
void operator delete(void* memory, std::size_t) noexcept {
  std::free(memory);
}
void operator delete(void* memory, const std::nothrow_t&) noexcept {
  std::free(memory);
}
