// An issuer for tests: signs what they make up.
#pragma once

#include <initializer_list>
#include <memory>
#include <string>
#include <string_view>

#include "revocation/batch.h"
#include "revocation/status_list.h"
#include "token/jws.h"

namespace signet::revocation {

inline constexpr Time kNow = from_unix(1'700'000'000);
inline constexpr std::string_view kIssuer = "https://auth.example";

inline List bits_of(std::initializer_list<std::uint64_t> indices) {
  auto bits = std::make_shared<Bits>();
  for (const std::uint64_t i : indices) (*bits)[i / 8] |= static_cast<std::uint8_t>(1U << i % 8);
  return bits;
}

class TestIssuer {
 public:
  TestIssuer() : key_(*Key::generate(Algorithm::kEd25519)), keys_(*KeySet::of({key_})) {}

  [[nodiscard]] const Key& key() const noexcept { return key_; }
  [[nodiscard]] const KeySet& keys() const noexcept { return keys_; }

  /// A list of the epoch e1 up to number 100.
  [[nodiscard]] SignedList list(std::uint64_t number, std::initializer_list<std::uint64_t> indices) const {
    return {list_uri(kIssuer, number), kNow, kNow + std::chrono::minutes(10),
            std::chrono::minutes(1),   "e1", 100,
            bits_of(indices)};
  }

  [[nodiscard]] std::string sign(std::string_view claims, std::string_view type) const {
    return *token::sign_statement(key_, type, claims);
  }
  [[nodiscard]] std::string sign(const SignedList& list) const {
    return sign(write_list(list, deflate_list(*list.bits), kIssuer), kStatusListType);
  }
  [[nodiscard]] std::string sign(const Batch& batch) const {
    return sign(write_batch(batch, kIssuer), kBatchType);
  }

 private:
  Key key_;
  KeySet keys_;
};

}  // namespace signet::revocation
