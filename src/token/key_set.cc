#include <algorithm>

#include "base/try.h"
#include "json/document.h"
#include "json/writer.h"
#include "signet/key.h"
#include "token/jwk.h"
#include "token/material.h"

namespace signet {
namespace {

/// RFC 7517 §4.5: "different keys within the JWK Set SHOULD use distinct "kid" values."
Result<void> check_unique(std::vector<std::string> kids) {
  std::sort(kids.begin(), kids.end());
  if (std::adjacent_find(kids.begin(), kids.end()) != kids.end()) {
    return fail(Errc::kInvalidArgument, "two keys of the set have the same kid");
  }
  return {};
}

/// What a set would call a key that it could not load: its kid, when it has a readable one.
std::string kid_of(Json jwk) {
  const auto kid = jwk.member("kid");
  if (!kid) return {};
  return std::string(kid->as_string().value_or(""));
}

/// Whoever reads the public keys of a set would have its secrets, too.
Result<void> check_not_mixed(std::ptrdiff_t secrets, std::size_t keys) {
  if (secrets == 0 || secrets == static_cast<std::ptrdiff_t>(keys)) return {};
  return fail(Errc::kInvalidArgument, "the set mixes shared secrets with public keys");
}

bool is_symmetric_jwk(Json jwk) {
  const auto kty = jwk.member("kty");
  return kty && kty->as_string() == "oct";
}

/// An ambiguous set is refused as a whole, whether or not each of its keys is any good: a set that repeats a
/// kid, or that publishes secrets beside public keys, was put together by mistake or by an attacker.
Result<void> check_unambiguous(const std::vector<Json>& entries) {
  std::vector<std::string> kids;
  for (const Json entry : entries) {
    if (std::string kid = kid_of(entry); !kid.empty()) kids.push_back(std::move(kid));
  }
  TRY_DO(check_unique(std::move(kids)));
  return check_not_mixed(std::count_if(entries.begin(), entries.end(), is_symmetric_jwk), entries.size());
}

/// Entries are the keys of a JWK Set: those that are of use, and those that are not.
struct Entries {
  std::vector<Key> usable;
  std::vector<KeySet::Skipped> skipped;
};

// RFC 7517 §5: "The JSON object MUST have a "keys" member, with its value being an array of JWKs."
// "Implementations SHOULD ignore JWKs within a JWK Set that use "kty" (key type) values that are not
// understood by them"; other members of the set "MUST be ignored" (RFC 7517 §5-3).
Result<Entries> read_jwks(Json jwks, std::optional<Algorithm> algorithm) {
  const auto member = jwks.member("keys");
  if (!member || member->type() != Json::Type::kArray)
    return fail(Errc::kMalformed, "a JWK Set has an array `keys`");
  const std::vector<Json> jwk_list = member->elements();
  TRY_DO(check_unambiguous(jwk_list));

  Entries entries;
  for (const Json jwk : jwk_list) {
    Result<Key> key = token::read_jwk(jwk, algorithm);
    if (key && !key->can_verify() && !key->can_sign())
      key = fail(Errc::kUnsupported, "a key that is not for signatures");
    if (key) {
      entries.usable.push_back(std::move(*key));
    } else {
      entries.skipped.push_back({kid_of(jwk), key.error()});
    }
  }
  return entries;
}

}  // namespace

KeySet KeySet::only(Key key) {
  return KeySet({std::move(key)}, true);
}

Result<KeySet> KeySet::of(std::vector<Key> keys) {
  if (keys.empty()) return fail(Errc::kInvalidArgument, "the set holds no usable key");
  std::vector<std::string> kids;
  for (const Key& key : keys) kids.push_back(key.kid());
  TRY_DO(check_unique(std::move(kids)));
  const auto is_secret = [](const Key& key) { return key.is_symmetric(); };
  TRY_DO(check_not_mixed(std::count_if(keys.begin(), keys.end(), is_secret), keys.size()));
  return KeySet(std::move(keys), false);
}

Result<KeySet> KeySet::of(std::vector<Key> keys, std::vector<Skipped> skipped) {
  TRY(set, of(std::move(keys)));
  set.skipped_ = std::move(skipped);
  return set;
}

Result<KeySet> KeySet::from_jwks(std::string_view jwks, std::optional<Algorithm> algorithm) {
  TRY(document, json::parse_secret_object(jwks));
  TRY(entries, read_jwks(json::root(*document), algorithm));
  return of(std::move(entries.usable), std::move(entries.skipped));
}

Result<KeySet> KeySet::from_text(std::string_view text, std::optional<Algorithm> algorithm) {
  const std::size_t start = text.find_first_not_of(" \t\r\n");
  if (start == std::string_view::npos) return fail(Errc::kMalformed, "an empty key file");
  if (text[start] != '{') {
    TRY(key, Key::from_pem(text, algorithm));
    return only(std::move(key));
  }
  TRY(document, json::parse_secret_object(text));
  const Json root = json::root(*document);
  if (root.member("keys")) {
    TRY(entries, read_jwks(root, algorithm));
    return of(std::move(entries.usable), std::move(entries.skipped));
  }
  TRY(key, token::read_jwk(root, algorithm));
  return only(std::move(key));
}

// RFC 7515 §4.1.4: "the "kid" value is used to match a JWK "kid" parameter value", and for nothing else: RFC
// 8725 §3.10-1. The keys are those of the one issuer that the policy expects: RFC 8725 §3.8-1, RFC 9068 §4-7.
Result<const Key*> KeySet::find(std::optional<std::string_view> kid) const noexcept {
  if (!kid) {
    if (kid_optional_) return &keys_.front();
    return fail(Errc::kUnknownKey, "the token names no key, and there are several");
  }
  for (const Key& key : keys_) {
    if (key.kid() == *kid) return &key;
  }
  return fail(Errc::kUnknownKey, "the token was signed with a key that is not in the set");
}

// RFC 7517 §9.2: "Private and symmetric keys MUST be protected from disclosure to unintended parties."
std::string KeySet::jwks() const {
  json::Writer json;
  json.begin_object().key("keys").begin_array();
  for (const Key& key : keys_) {
    if (!key.is_symmetric()) json.raw(token::write_jwk(key.material(), false));
  }
  json.end_array().end_object();
  return json.take();
}

}  // namespace signet
