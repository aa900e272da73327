// 32 characters of base64url at a time, on processors that have AVX2. For base64url.cc alone.
#pragma once

#include <cstddef>
#include <cstdint>

#include "base/bytes.h"

namespace signet {

/// kHasAvx2Code: this is x86-64, so that decode_blocks_avx2 exists; has_avx2 tells whether this machine can run it.
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

/// decode_blocks_avx2 decodes `blocks` times 32 characters into 24 bytes each, and returns whether all of them belong to
/// the alphabet.
[[nodiscard]] bool decode_blocks_avx2(const unsigned char* in, std::size_t blocks,
                                      std::uint8_t* out) noexcept;

}  // namespace signet
