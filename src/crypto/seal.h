// What rests encrypted (XChaCha20-Poly1305), and keys derived from one master key.
#pragma once

#include <string>
#include <string_view>

#include "base/bytes.h"
#include "base/secret.h"
#include "signet/result.h"

namespace signet::crypto {

/// MasterKey is 32 bytes that all else is derived from; each use names its purpose, and two purposes never
/// share a key.
class MasterKey {
 public:
  static constexpr std::size_t kSize = 32;

  /// kInvalidArgument: not 32 bytes.
  [[nodiscard]] static Result<MasterKey> from(Secret bytes);

  /// seal encrypts `plain` for `purpose`; the answer is text (base64url). Sealing twice gives two answers.
  [[nodiscard]] std::string seal(std::string_view purpose, ByteView plain) const;

  /// open is its inverse. kMalformed: sealed under another master key or for another purpose, or damaged.
  [[nodiscard]] Result<Secret> open(std::string_view purpose, std::string_view sealed) const;

  /// mac returns 32 bytes that only the holder of this key can make for `purpose` and `text`.
  [[nodiscard]] Bytes mac(std::string_view purpose, std::string_view text) const;

 private:
  explicit MasterKey(Secret bytes) : bytes_(std::move(bytes)) {}
  [[nodiscard]] Secret derive(std::string_view purpose) const;

  Secret bytes_;
};

}  // namespace signet::crypto
