// Two verifiers, one token: what one accepts, the other must accept too, unless the difference is explained below.
//
// An input is three lines: a letter that picks the key, a header, and claims; what follows are edits of the finished
// token, four bytes each. So header and claims are whatever the fuzzer likes, under a signature that is good.
#include <algorithm>
#include <array>

#include "base/base64url.h"
#include "second_opinion.h"
#include "signet/verifier.h"
#include "token/jws.h"
#include "token/material.h"

namespace {

using namespace signet;

/// One key, as each of the two holds it.
struct Keys {
  Key ours;
  fuzz::CjoseKey theirs;

  static Keys make(Key key) {
    const std::string jwk = key.jwk();
    cjose_err error;
    fuzz::CjoseKey same(cjose_jwk_import(jwk.data(), jwk.size(), &error));
    fuzz::require(same != nullptr);
    return {std::move(key), std::move(same)};
  }
};

const Keys& pick(char letter) {
  static const std::array<Keys, 4> all = {
      Keys::make(*Key::from_secret("a secret of thirty-two bytes, at least", Algorithm::kHS256)),
      Keys::make(*Key::generate(Algorithm::kES256)), Keys::make(*Key::generate(Algorithm::kRS256)),
      Keys::make(*Key::generate(Algorithm::kPS256))};
  return all[static_cast<unsigned char>(letter) % all.size()];
}

std::string_view take_line(std::string_view& rest) {
  const std::string_view line = rest.substr(0, rest.find('\n'));
  rest.remove_prefix(std::min(rest.size(), line.size() + 1));
  return line;
}

/// Overwrites, inserts or deletes one byte for each four of the recipe.
void edit(std::string& token, std::string_view recipe) {
  for (; recipe.size() >= 4; recipe.remove_prefix(4)) {
    const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(recipe[i]); };
    const std::size_t at = (byte(1) * 256U + byte(2)) % (token.size() + 1);
    if (byte(0) % 3 == 0) token.insert(at, 1, recipe[3]);
    if (at == token.size()) continue;
    if (byte(0) % 3 == 1) token[at] = recipe[3];
    if (byte(0) % 3 == 2) token.erase(at, 1);
  }
}

std::string make_token(const Key& key, std::string_view header, std::string_view claims) {
  std::string token = base64url_encode(as_bytes(header)) + '.' + base64url_encode(as_bytes(claims));
  const Bytes signature = *key.material().scheme->sign(as_bytes(token));
  return token + '.' + base64url_encode(signature);
}

// --- the differences that are meant --------------------------------------------------------------------------------

/// A token has one spelling here: cjose reads over padding and unused bits.
bool has_loose_base64(std::string_view token) {
  while (true) {
    const std::string_view part = token.substr(0, token.find('.'));
    if (!base64url_decode(part)) return true;
    if (part.size() == token.size()) return false;
    token.remove_prefix(part.size() + 1);
  }
}

std::size_t depth_of(const json_t* value) {
  std::size_t deepest = 0;
  const char* name;
  json_t* member;
  json_object_foreach(const_cast<json_t*>(value), name, member) deepest = std::max(deepest, depth_of(member));
  for (std::size_t i = 0; i < json_array_size(value); ++i)
    deepest = std::max(deepest, depth_of(json_array_get(value, i)));
  return deepest + (json_is_object(value) || json_is_array(value) ? 1 : 0);
}

/// Times are from 0 to 2^53 here; RFC 7519 knows no bounds.
bool has_a_time_out_of_range(const json_t* claims) {
  for (const char* name : {"exp", "nbf", "iat"}) {
    const json_t* time = json_object_get(claims, name);
    if (time && !(json_number_value(time) >= 0 && json_number_value(time) <= 0x1p53)) return true;
    if (json_integer_value(time) > (1LL << 53)) return true;  // as a double it may seem to be just that
  }
  return false;
}

/// Fractions of a second round against the bearer.
bool ends_within_this_second(const json_t* claims) {
  return std::floor(json_number_value(json_object_get(claims, "exp"))) <= static_cast<double>(fuzz::kNow);
}

struct Parts {
  fuzz::JsonText header, claims;
  std::size_t header_size;
  /// Why they refuse what we accept: where jansson ends, well-formed JSON does not. It knows no integers of
  /// 2^63 and more, and cjose's header, which is read with its defaults, no "\u0000" in a string.
  bool is_beyond_jansson;
};

/// Why we refuse what they accept: true when `why` is one of our stricter rules, and that rule does apply.
bool is_our_strictness(const Parts& token, std::string_view text, const Key& key, Errc why) {
  const json_t* header = token.header.get();
  const auto names = [&](const char* name) { return json_object_get(header, name) != nullptr; };
  switch (why) {
    case Errc::kUnsupported:  // cjose knows no extensions and skips them; RFC 7515 §4.1.11 has us refuse
      return names("crit") || names("b64") || names("zip");
    case Errc::kUnknownKey:  // cjose leaves the choice of the key to its caller
      return names("kid") && fuzz::string_of(json_object_get(header, "kid")) != key.kid();
    case Errc::kExpired:
      return ends_within_this_second(token.claims.get());
    case Errc::kMalformed:
      return text.size() > token::kMaxToken || token.header_size > token::kMaxHeader ||
             has_loose_base64(text) || !header ||  // a member twice: cjose takes the last one
             names("crit") || !fuzz::is_string_or_absent(header, "kid") ||
             !fuzz::is_string_or_absent(header, "cty") ||
             json_string_length(json_object_get(header, "kid")) > 256 || depth_of(header) > 16 ||
             depth_of(token.claims.get()) > 16 || has_a_time_out_of_range(token.claims.get());
    default:
      return false;
  }
}

Parts take_apart(std::string_view token) {
  constexpr std::size_t kAll = JSON_REJECT_DUPLICATES | JSON_ALLOW_NUL | JSON_DECODE_INT_AS_REAL;
  const auto part = [&] { return base64url_decode(token.substr(0, token.find('.'))).value_or(Bytes{}); };
  const Bytes header = part();
  token.remove_prefix(std::min(token.size(), token.find('.') + 1));
  const Bytes claims = part();
  Parts parts = {fuzz::read_object(as_text(header)), fuzz::read_object(as_text(claims)), header.size(),
                 false};
  const bool is_json = fuzz::read_object(as_text(header), kAll) && fuzz::read_object(as_text(claims), kAll);
  parts.is_beyond_jansson = is_json && (!fuzz::read_object(as_text(header), 0) || !parts.claims);
  return parts;
}

/// Members that the mutator below sets into headers and claims: what a change of single bytes would hardly
/// ever spell.
constexpr std::array kMembers = {R"("alg":"none")",
                                 R"("alg":"HS256")",
                                 R"("alg":"RS256")",
                                 R"("\u0061lg":"ES256")",
                                 R"("kid":"k")",
                                 R"("kid":null)",
                                 R"("typ":"at+jwt")",
                                 R"("typ":"application/at+jwt")",
                                 R"("typ":"JWT")",
                                 R"("cty":"JWT")",
                                 R"("cty":1)",
                                 R"("crit":["exp"])",
                                 R"("crit":[])",
                                 R"("crit":null)",
                                 R"("b64":false)",
                                 R"("b64":true)",
                                 R"("zip":"DEF")",
                                 R"("jwk":{"kty":"oct","k":"AA"})",
                                 R"("jku":"https://x")",
                                 R"("x5c":[""])",
                                 R"("iss":"i")",
                                 R"("iss":["i"])",
                                 R"("aud":"a")",
                                 R"("aud":["a"])",
                                 R"("aud":[["a"]])",
                                 R"("aud":[])",
                                 R"("exp":1000001)",
                                 R"("exp":1000000)",
                                 R"("exp":1000000.5)",
                                 R"("exp":-1)",
                                 R"("exp":"1000001")",
                                 R"("exp":9007199254740993)",
                                 R"("exp":1e400)",
                                 R"("nbf":1000000)",
                                 R"("nbf":1000000.5)",
                                 R"("nbf":999999.5)",
                                 R"("nbf":null)",
                                 R"("iat":true)",
                                 R"("iat":2e16)",
                                 R"("sub":1)",
                                 R"("jti":{})",
                                 R"("sid":"s")",
                                 R"("scope":[])",
                                 R"("status":{})",
                                 R"("status":{"status_list":{"idx":1}})",
                                 R"("status":{"status_list":{"idx":1,"uri":"u"}})",
                                 R"("status":{"status_list":{"idx":-1,"uri":"u"}})",
                                 R"("":0)",
                                 R"("n":18446744073709551615)",
                                 R"("n":1.7976931348623158e308)",
                                 R"("n":"\u0000")",
                                 R"("n":"\ud800")",
                                 R"("n":[[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]])",
                                 R"("n":1E-400)",
                                 R"("n":-0)"};

}  // namespace

extern "C" std::size_t LLVMFuzzerMutate(std::uint8_t* data, std::size_t size, std::size_t most);

/// Every second mutation sets a member in where one may stand; the others are libFuzzer's own.
extern "C" std::size_t LLVMFuzzerCustomMutator(std::uint8_t* data, std::size_t size, std::size_t most,
                                               unsigned seed) {
  std::string input(fuzz::text(data, size));
  std::size_t at = size == 0 ? input.npos : input.find_first_of("{,", seed / 128 % size);
  if (seed % 2 == 0 || at == input.npos) return LLVMFuzzerMutate(data, size, most);
  const std::string member = kMembers[seed / 2 % kMembers.size()];
  input.insert(at + 1, member + (at + 1 < size && input[at + 1] == '}' ? "" : ","));
  if (input.size() > most) return LLVMFuzzerMutate(data, size, most);
  std::copy(input.begin(), input.end(), data);
  return input.size();
}

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Verifier verifier(
      *Policy::create({.issuer = std::string(fuzz::kIssuer), .audience = std::string(fuzz::kAudience)}));
  std::string_view input = fuzz::text(data, size);
  const std::string_view letter = take_line(input);
  const Keys& keys = pick(letter.empty() ? 'A' : letter.front());
  const std::string_view header = take_line(input);
  std::string token = make_token(keys.ours, header, take_line(input));
  edit(token, input);

  const auto ours = verifier.verify(token, KeySet::only(keys.ours), from_unix(fuzz::kNow));
  const bool theirs = fuzz::accepts(keys.theirs.get(), token);
  if (!ours) fuzz::require_plain_refusal(ours.error());
  if (ours.has_value() == theirs) return 0;
  const Parts parts = take_apart(token);
  fuzz::require(ours ? parts.is_beyond_jansson
                     : is_our_strictness(parts, token, keys.ours, ours.error().code));
  return 0;
}
