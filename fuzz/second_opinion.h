// What cjose and jansson, which share no code with ours, say of a token: the signature is cjose's to judge,
// and the claims are held against RFC 7519, RFC 9068 and the Token Status List as they are read here once
// more.
#pragma once

#include <cjose/cjose.h>
#include <jansson.h>

#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <string_view>

#include "fuzz.h"

namespace signet::fuzz {

template <auto release>
struct Release {
  template <class T>
  void operator()(T* object) const noexcept {
    release(object);
  }
};
using JsonText = std::unique_ptr<json_t, Release<json_decref>>;
using CjoseKey = std::unique_ptr<cjose_jwk_t, Release<cjose_jwk_release>>;
using CjoseToken = std::unique_ptr<cjose_jws_t, Release<cjose_jws_release>>;

/// read_object parses with jansson; null for anything but an object.
inline JsonText read_object(std::string_view text,
                            std::size_t flags = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL) {
  JsonText value(json_loadb(text.data(), text.size(), flags, nullptr));
  return json_is_object(value.get()) ? std::move(value) : nullptr;
}

inline std::string_view string_of(const json_t* value) {
  return {json_string_value(value), json_string_length(value)};
}

/// What is demanded of every token here.
inline constexpr std::string_view kIssuer = "i", kAudience = "a", kType = "at+jwt";
inline constexpr std::int64_t kNow = 1'000'000;

inline bool is_string_or_absent(const json_t* object, const char* name) {
  const json_t* value = json_object_get(object, name);
  return !value || json_is_string(value);
}

inline bool is_number_or_absent(const json_t* object, const char* name) {
  const json_t* value = json_object_get(object, name);
  return !value || json_is_number(value);
}

inline bool is_meant_for_us(const json_t* audience) {
  if (json_is_string(audience)) return string_of(audience) == kAudience;
  if (!json_is_array(audience)) return false;
  bool named = false;
  for (std::size_t i = 0; i < json_array_size(audience); ++i) {
    const json_t* one = json_array_get(audience, i);
    if (!json_is_string(one)) return false;
    named |= string_of(one) == kAudience;
  }
  return named;
}

inline bool is_good_status(const json_t* status) {
  if (!status) return true;
  if (!json_is_object(status)) return false;
  const json_t* list = json_object_get(status, "status_list");
  if (!list) return true;
  const json_t* index = json_object_get(list, "idx");
  return json_is_integer(index) && json_integer_value(index) >= 0 &&
         json_is_string(json_object_get(list, "uri"));
}

inline bool are_good_claims(const json_t* claims) {
  for (const char* name : {"sub", "jti", "sid", "scope"}) {
    if (!is_string_or_absent(claims, name)) return false;
  }
  const json_t* issuer = json_object_get(claims, "iss");
  const json_t* expires_at = json_object_get(claims, "exp");
  const json_t* not_before = json_object_get(claims, "nbf");
  const auto now = static_cast<double>(kNow);
  return json_is_string(issuer) && string_of(issuer) == kIssuer &&
         is_meant_for_us(json_object_get(claims, "aud")) && json_is_number(expires_at) &&
         now < json_number_value(expires_at) && is_number_or_absent(claims, "nbf") &&
         (!not_before || now >= json_number_value(not_before)) && is_number_or_absent(claims, "iat") &&
         is_good_status(json_object_get(claims, "status"));
}

/// cjose 0.6.2 ends the process (an assertion in its base64.c) where padding follows a single character of a
/// group.
inline bool would_end_cjose(std::string_view token) {
  while (true) {
    const std::string_view part = token.substr(0, token.find('.'));
    const std::size_t padding = part.find('=');
    if (padding != part.npos && padding % 4 == 1) return true;
    if (part.size() == token.size()) return false;
    token.remove_prefix(part.size() + 1);
  }
}

/// accepts tells whether cjose finds the signature good, and the rules above all the rest.
inline bool accepts(const cjose_jwk_t* key, std::string_view token) {
  if (would_end_cjose(token)) return false;
  cjose_err error;
  const CjoseToken parsed(cjose_jws_import(token.data(), token.size(), &error));
  if (!parsed || !cjose_jws_verify(parsed.get(), key, &error)) return false;
  cjose_header_t* header = cjose_jws_get_protected(parsed.get());
  const char* type = cjose_header_get(header, "typ", &error);
  if (!type || (type != kType && type != "application/" + std::string(kType))) return false;

  std::uint8_t* payload = nullptr;
  std::size_t size = 0;
  require(cjose_jws_get_plaintext(parsed.get(), &payload, &size, &error));
  const JsonText claims = read_object(text(payload, size));
  return claims && are_good_claims(claims.get());
}

}  // namespace signet::fuzz
