#include "allocations.h"

#include <openssl/crypto.h>

#include <cerrno>
#include <cstdio>
#include <cstdlib>

// glibc's allocator under the names that it keeps for those who replace malloc (its manual, "Replacing
// malloc").
extern "C" {
void* __libc_malloc(std::size_t size);
void* __libc_calloc(std::size_t count, std::size_t size);
void* __libc_realloc(void* place, std::size_t size);
void* __libc_memalign(std::size_t alignment, std::size_t size);
void __libc_free(void* place);
}

namespace signet::bench {
namespace {

constinit thread_local Allocations made{};

void* openssl_malloc(std::size_t size, const char*, int) {
  ++made.openssl;
  return __libc_malloc(size);
}
void* openssl_realloc(void* place, std::size_t size, const char*, int) {
  ++made.openssl;
  return __libc_realloc(place, size);
}
void openssl_free(void* place, const char*, int) {
  __libc_free(place);
}

}  // namespace

Allocations allocations() noexcept {
  return made;
}

void tell_openssl_apart() noexcept {
  if (CRYPTO_set_mem_functions(openssl_malloc, openssl_realloc, openssl_free) == 1) return;
  std::fputs("OpenSSL has allocated already: its allocations cannot be told apart\n", stderr);
  std::exit(1);
}

}  // namespace signet::bench

extern "C" {

void* malloc(std::size_t size) noexcept {
  ++signet::bench::made.own;
  return __libc_malloc(size);
}
void* calloc(std::size_t count, std::size_t size) noexcept {
  ++signet::bench::made.own;
  return __libc_calloc(count, size);
}
void* realloc(void* place, std::size_t size) noexcept {
  ++signet::bench::made.own;
  return __libc_realloc(place, size);
}
void* memalign(std::size_t alignment, std::size_t size) noexcept {
  ++signet::bench::made.own;
  return __libc_memalign(alignment, size);
}
void* aligned_alloc(std::size_t alignment, std::size_t size) noexcept {
  return memalign(alignment, size);
}
int posix_memalign(void** place, std::size_t alignment, std::size_t size) noexcept {
  *place = memalign(alignment, size);
  return *place ? 0 : ENOMEM;
}
void free(void* place) noexcept {
  __libc_free(place);
}

}  // extern "C"
