// 32 characters of base64url at a time, on processors that have AVX2. For base64url.cc alone.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/bytes.h"

namespace signet {

/// kBase64urlAlphabet holds the 64 characters in the order of their values.
inline constexpr std::string_view kBase64urlAlphabet =
    "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";

/// kHasAvx2Code: this is x86-64, so that decode_groups_avx2 exists; has_avx2 tells whether this machine can run it.
#if defined(__x86_64__)
inline constexpr bool kHasAvx2Code = true;
[[nodiscard]] inline bool has_avx2() noexcept {
  return __builtin_cpu_supports("avx2");
}
#else
inline constexpr bool kHasAvx2Code = false;
[[nodiscard]] constexpr bool has_avx2() noexcept {
  return false;
}
#endif

/// kAvx2Groups is how many groups are decoded at once, and the fewest that can be.
inline constexpr std::size_t kAvx2Groups = 8;

/// decode_groups_avx2 decodes `groups` times four characters into three bytes each, and returns whether all of them
/// belong to the alphabet.
[[nodiscard]] bool decode_groups_avx2(const unsigned char* in, std::size_t groups,
                                      std::uint8_t* out) noexcept;

}  // namespace signet
