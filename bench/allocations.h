// Counts what this program takes from the heap, thread by thread: malloc and its kin are replaced, so that
// operator new and the libraries are seen too. What OpenSSL takes for itself is told apart by handing it
// functions of its own.
#pragma once

#include <cstddef>

namespace signet::bench {

struct Allocations {
  std::size_t own;      // by anybody but OpenSSL
  std::size_t openssl;  // by OpenSSL, for itself
};

/// allocations returns how many this thread has made so far.
[[nodiscard]] Allocations allocations() noexcept;

/// tell_openssl_apart must come before OpenSSL is used for the first time; ends the program when it does not.
void tell_openssl_apart() noexcept;

}  // namespace signet::bench
