// SHA-2, for whoever needs a digest: thumbprints, signatures.
#pragma once

#include <array>

#include "base/bytes.h"

namespace signet::crypto {

enum class Hash : std::uint8_t { kSha256, kSha384, kSha512 };

/// digest_size returns 32, 48 or 64.
[[nodiscard]] constexpr std::size_t digest_size(Hash hash) noexcept {
  return hash == Hash::kSha256 ? 32 : hash == Hash::kSha384 ? 48 : 64;
}

/// Digest is a value of at most 64 bytes, without an allocation.
class Digest {
 public:
  explicit Digest(Hash hash) : size_(digest_size(hash)) {}
  [[nodiscard]] std::uint8_t* data() noexcept { return bytes_.data(); }
  [[nodiscard]] ByteView view() const noexcept { return {bytes_.data(), size_}; }

 private:
  std::array<std::uint8_t, 64> bytes_{};
  std::size_t size_;
};

[[nodiscard]] Digest digest(Hash hash, ByteView data) noexcept;

}  // namespace signet::crypto
