// Secret owns bytes that must not leak: private keys, shared secrets, passwords. It cannot be copied by
// accident, printed or compared (compare with crypto::equal, which takes the same time whatever the bytes),
// and it wipes its memory when it goes.
#pragma once

#include <string.h>

#include <utility>

#include "base/bytes.h"

namespace signet {

class Secret {
 public:
  Secret() = default;
  explicit Secret(std::size_t size) : bytes_(size) {}
  explicit Secret(ByteView bytes) : bytes_(bytes.begin(), bytes.end()) {}
  explicit Secret(std::string_view text) : Secret(as_bytes(text)) {}

  Secret(Secret&& other) noexcept : bytes_(std::exchange(other.bytes_, {})) {}
  Secret& operator=(Secret&& other) noexcept {
    if (this != &other) {
      wipe();
      bytes_ = std::exchange(other.bytes_, {});
    }
    return *this;
  }
  Secret(const Secret&) = delete;
  Secret& operator=(const Secret&) = delete;
  ~Secret() { wipe(); }

  /// clone is the copy that somebody meant to make.
  [[nodiscard]] Secret clone() const { return Secret(view()); }

  [[nodiscard]] ByteView view() const noexcept { return bytes_; }
  [[nodiscard]] std::span<std::uint8_t> writable() noexcept { return bytes_; }
  [[nodiscard]] std::size_t size() const noexcept { return bytes_.size(); }
  [[nodiscard]] bool empty() const noexcept { return bytes_.empty(); }

 private:
  void wipe() noexcept {
    if (!bytes_.empty()) explicit_bzero(bytes_.data(), bytes_.size());
  }

  Bytes bytes_;
};

}  // namespace signet
