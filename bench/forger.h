// Makes tokens that no Signer would make: any header over any bytes, signed with the real key or not.
#pragma once

#include <string>
#include <string_view>

#include "signet/key.h"

namespace signet::bench {

class Forger {
 public:
  explicit Forger(Key key) : key_(std::move(key)) {}

  /// sign returns a token whose signature holds, whatever header and payload are.
  [[nodiscard]] std::string sign(std::string_view header, std::string_view payload) const;

  /// own_header is the header that Signer writes; header has the same members in another order, and `more`
  /// behind them.
  [[nodiscard]] std::string own_header() const;
  [[nodiscard]] std::string header(std::string_view more = "") const;
  /// header_with names another algorithm, key and type; an empty one is left out.
  [[nodiscard]] static std::string header_with(std::string_view algorithm, std::string_view kid,
                                               std::string_view type);

  [[nodiscard]] const Key& key() const noexcept { return key_; }
  [[nodiscard]] std::string algorithm() const { return std::string(algorithm_name(key_.algorithm())); }

 private:
  Key key_;
};

/// encode is base64url.
[[nodiscard]] std::string encode(std::string_view bytes);

}  // namespace signet::bench
