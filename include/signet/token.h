// What goes into a token, and what comes out of one that has been verified.
//
//   signet::Claims claims;
//   claims.set("sub", "alice").set("plan", "gold").set("seats", 25);
//   ...
//   if (verified.string("plan") == "gold") ...
//   const std::int64_t seats = verified.integer("seats").value_or(1);
//
// There is no type for a token that has not been verified, so that nobody can use one by mistake.
#pragma once

#include <concepts>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "signet/json.h"
#include "signet/result.h"
#include "signet/time.h"

namespace signet {

namespace guard {
class TokenCache;
}

/// Claims are members of a JSON object, to be signed. Setting a name again replaces its value. What JSON cannot say, text that
/// is not UTF-8 or a number that is not finite, can be set; Signer::sign then fails. Not for concurrent use.
class SIGNET_API Claims {
 public:
  Claims() = default;

  /// from_json takes a JSON object apart. kMalformed when it is none.
  [[nodiscard]] static Result<Claims> from_json(std::string_view object);

  Claims& set(std::string_view name, std::string_view value);
  Claims& set(std::string_view name, const char* value) { return set(name, std::string_view(value)); }
  Claims& set(std::string_view name, bool value);
  Claims& set(std::string_view name, std::int64_t value);
  template <std::integral T>
    requires(sizeof(T) < sizeof(std::int64_t) ||
             std::signed_integral<T>)  // what an int64 holds whatever it is
  Claims& set(std::string_view name, T value) {
    return set(name, static_cast<std::int64_t>(value));
  }
  Claims& set(std::string_view name, char value) = delete;  // a text or a number? say which
  Claims& set(std::string_view name, double value);
  Claims& set(std::string_view name, Time value) { return set(name, unix_seconds(value)); }
  Claims& set(std::string_view name, const std::vector<std::string>& values);

  /// set_json sets a value of any JSON type, nested ones too. kMalformed, and then nothing is changed.
  [[nodiscard]] Result<void> set_json(std::string_view name, std::string_view json);

  /// json writes the object, in the order in which names were first set.
  [[nodiscard]] std::string json() const;

 private:
  friend class Signer;
  Claims& put(std::string_view name, std::string json);

  std::vector<std::pair<std::string, std::string>> members_;  // name, value as JSON
  bool is_signable_ =
      true;  // nothing was set that JSON cannot say: text that is no UTF-8, an infinite number
};

/// StatusReference is where an issuer tells whether it has revoked a token: the bit `index` of the status list that
/// `uri` names (the claim `status.status_list`, IETF Token Status List §6). `uri` borrows from the token.
struct StatusReference {
  std::uint64_t index;
  std::string_view uri;
};

/// VerifiedToken is a token whose signature, issuer, audience, type and times have been judged good; only a
/// Verifier makes one. It is immutable, cheap to copy, and safe to read from many threads. The views that it
/// returns borrow from it.
class SIGNET_API VerifiedToken {
 public:
  [[nodiscard]] std::string_view issuer() const noexcept { return text("iss"); }
  [[nodiscard]] std::string_view subject() const noexcept { return text("sub"); }     // empty when absent
  [[nodiscard]] std::string_view token_id() const noexcept { return text("jti"); }    // empty when absent
  [[nodiscard]] std::string_view session_id() const noexcept { return text("sid"); }  // empty when absent
  [[nodiscard]] std::vector<std::string_view> audience() const;
  [[nodiscard]] Time expires_at() const noexcept { return expires_at_; }
  /// status is where to look up whether the token was revoked; nothing when it names no status list.
  [[nodiscard]] const std::optional<StatusReference>& status() const noexcept { return status_; }

  /// has_scope looks for one word among those of `scope` (RFC 8693 §4.2: separated by spaces).
  [[nodiscard]] bool has_scope(std::string_view scope) const noexcept;
  /// has_role looks for one string in the array `roles` (RFC 9068 §2.2.3.1).
  [[nodiscard]] bool has_role(std::string_view role) const noexcept;

  // One claim of a plain type. kNotFound: the token has none of that name; kInvalidArgument: it is of another type.
  [[nodiscard]] Result<std::string_view> string(std::string_view name) const noexcept;
  [[nodiscard]] Result<std::int64_t> integer(std::string_view name) const noexcept;
  [[nodiscard]] Result<double> number(std::string_view name) const noexcept;
  [[nodiscard]] Result<bool> boolean(std::string_view name) const noexcept;
  [[nodiscard]] Result<std::vector<std::string_view>> strings(std::string_view name) const;

  /// claim returns one claim of any type, objects too. kNotFound when the token has none of that name.
  [[nodiscard]] Result<Json> claim(std::string_view name) const noexcept { return claims().member(name); }
  /// claims returns all of them, as an object.
  [[nodiscard]] Json claims() const noexcept;

 private:
  friend class Verifier;
  friend class guard::TokenCache;
  VerifiedToken(json::DocumentPtr claims, Time expires_at, std::optional<StatusReference> status) noexcept
      : claims_(std::move(claims)), expires_at_(expires_at), status_(status) {}
  [[nodiscard]] std::string_view text(std::string_view name) const noexcept;

  /// The same in as little memory as its claims need, for keeping many. kInternal: no memory.
  [[nodiscard]] Result<VerifiedToken> compacted() const noexcept;

  json::DocumentPtr claims_;
  Time expires_at_;
  std::optional<StatusReference> status_;
};

}  // namespace signet
