#include "crypto/roca.h"

#include <array>
#include <bitset>

namespace signet::crypto {
namespace {

// The odd primes that divide M for every size of key that the chips made.
constexpr std::array<unsigned, 38> kPrimes = {3,   5,   7,   11,  13,  17,  19,  23,  29,  31,  37,  41,  43,
                                              47,  53,  59,  61,  67,  71,  73,  79,  83,  89,  97,  101, 103,
                                              107, 109, 113, 127, 131, 137, 139, 149, 151, 157, 163, 167};

/// The powers of 65537 modulo `prime`, as a set.
std::bitset<168> powers(unsigned prime) {
  std::bitset<168> set;
  for (unsigned power = 1; !set[power]; power = power * (65537 % prime) % prime) set.set(power);
  return set;
}

}  // namespace

bool looks_like_roca(const BIGNUM& n) {
  for (const unsigned prime : kPrimes) {
    if (!powers(prime)[BN_mod_word(&n, prime)]) return false;
  }
  return true;
}

}  // namespace signet::crypto
