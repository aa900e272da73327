#include "refusals.h"

#include "base/base64url.h"
#include "forger.h"

namespace signet::bench {
namespace {

std::string_view head(std::string_view token) {
  return token.substr(0, token.find('.'));
}
std::string_view payload(std::string_view token) {
  const std::size_t first = token.find('.') + 1;
  return token.substr(first, token.rfind('.') - first);
}
std::string_view signature(std::string_view token) {
  return token.substr(token.rfind('.') + 1);
}

std::string join(std::string_view head, std::string_view payload, std::string_view signature) {
  return std::string(head) + '.' + std::string(payload) + '.' + std::string(signature);
}

/// Replaces one character in the middle of a part.
std::string with_other_character(std::string_view part, char other) {
  std::string changed(part);
  char& middle = changed[changed.size() / 2];
  middle = middle == other ? 'B' : other;
  return changed;
}

/// The last character of a signature's base64url holds bits that must be zero.
std::string with_stray_bits(std::string_view part) {
  std::string changed(part);
  ++changed.back();
  return changed;
}

/// The good claims, one of them set again.
template <class Value>
std::string claims_with(std::string_view name, Value value) {
  return make_claims().set(name, value).json();
}

/// The good claims, one of them under another name of the same length.
std::string claims_renaming(std::string_view name, std::string_view other,
                            const Claims& claims = make_claims()) {
  std::string json = claims.json();
  return json.replace(json.find('"' + std::string(name) + '"') + 1, name.size(), other);
}

/// The good claims, one of them as an array in arrays, and about as long as before.
std::string claims_that_nest() {
  std::string json = make_claims().json();
  const std::size_t start = json.find("\"sid\":") + 6;
  return json.replace(start, json.find(',', start) - start, std::string(17, '[') + std::string(17, ']'));
}

/// The good claims with this before the closing brace, or instead of it.
std::string claims_and(std::string_view more) {
  std::string json = make_claims().json();
  json.pop_back();
  return json + std::string(more);
}

void add_forged(const Subject& subject, std::vector<Refusal>& all) {
  const std::string_view token = subject.token;
  const auto add = [&](const char* name, const std::string& payload, const std::string& signature,
                       Errc expected) {
    all.push_back({name, join(head(token), payload, signature), expected});
  };
  const std::string own(payload(token)), good(signature(token));
  const Forger stranger(*Key::generate(subject.signing.algorithm()));
  add("wrong signature", own, with_other_character(good, 'A'), Errc::kBadSignature);
  add("another key's signature", own, std::string(signature(stranger.sign("{}", "{}"))), Errc::kBadSignature);
  add("tampered claims", with_other_character(own, 'A'), good, Errc::kBadSignature);
  add("no signature", own, "", Errc::kBadSignature);
  add("half a signature", own, good.substr(0, good.size() / 2 & ~std::size_t{3}), Errc::kBadSignature);
  add("a signature too long", own, std::string(2000, 'A'), Errc::kBadSignature);
  add("no base64url in the payload", with_other_character(own, '='), good, Errc::kMalformed);
  add("no base64url in the signature", own, with_other_character(good, '+'), Errc::kMalformed);
  add("stray bits in the signature", own, with_stray_bits(good), Errc::kMalformed);
}

void add_signed(const Subject& subject, std::vector<Refusal>& all) {
  using std::chrono::hours;
  const Forger forger(subject.signing);
  const auto add = [&](const char* name, const std::string& claims, Errc expected) {
    all.push_back({name, forger.sign(forger.own_header(), claims), expected});
  };
  add("expired", claims_with("exp", kNow - hours(1)), Errc::kExpired);
  add("not valid yet", claims_renaming("iat", "nbf", make_claims().set("iat", kNow + hours(1))),
      Errc::kNotYetValid);
  add("wrong issuer", claims_with("iss", "https://auth.example.org"), Errc::kWrongIssuer);
  add("wrong audience", claims_with("aud", std::vector<std::string>{"stock", "billing"}),
      Errc::kWrongAudience);
  add("one wrong audience", claims_with("aud", "stock"), Errc::kWrongAudience);
  add("no audience", claims_renaming("aud", "adu"), Errc::kWrongAudience);
  add("no exp", claims_renaming("exp", "epx"), Errc::kMalformed);
  add("an exp that is text", claims_with("exp", "1800000600"), Errc::kMalformed);
  add("claims cut short", claims_and(""), Errc::kMalformed);
  add("claims and more", claims_and("}}"), Errc::kMalformed);
  add("a claim twice", claims_renaming("jti", "sid"), Errc::kMalformed);
  add("claims too deep", claims_that_nest(), Errc::kMalformed);
  add("claims not UTF-8", claims_and(",\"a\":\"\xc0\xaf\"}"), Errc::kMalformed);
  add("claims that are no object", '[' + make_claims().json() + ']', Errc::kMalformed);
}

void add_shapeless(const Subject& subject, std::vector<Refusal>& all) {
  const std::string& token = subject.token;
  std::string dotless = token;
  std::erase(dotless, '.');
  all.push_back({"no dots", dotless, Errc::kMalformed});
  all.push_back({"one dot", subject.input, Errc::kMalformed});
  all.push_back({"three dots", token + '.', Errc::kMalformed});
  all.push_back({"empty", "", Errc::kMalformed});
  all.push_back({"too long", token + std::string(16 * 1024, 'A'), Errc::kMalformed});
  all.push_back({"a line break", token + '\n', Errc::kMalformed});
}

}  // namespace

std::string foreign_token(const Subject& subject) {
  const Forger forger(subject.signing);
  return forger.sign(forger.header(), make_claims().json());
}

std::vector<Refusal> make_refusals(const Subject& subject) {
  std::vector<Refusal> all;
  add_forged(subject, all);
  add_signed(subject, all);
  add_shapeless(subject, all);
  return all;
}

std::vector<Refusal> make_header_refusals(const Subject& subject) {
  const Forger forger(subject.signing);
  const std::string name = forger.algorithm(), kid = forger.key().kid(), claims = make_claims().json();
  const std::string other = subject.signing.is_symmetric() ? "RS256" : "HS256";
  std::vector<Refusal> all;
  const auto add = [&](const char* what, const std::string& header, Errc expected) {
    all.push_back({what, forger.sign(header, claims), expected});
  };
  add("wrong type", Forger::header_with(name, kid, "JWT"), Errc::kWrongType);
  add("no type", Forger::header_with(name, kid, ""), Errc::kWrongType);
  add("unknown kid", Forger::header_with(name, "x" + kid.substr(1), "at+jwt"), Errc::kUnknownKey);
  add("no kid", Forger::header_with(name, "", "at+jwt"), Errc::kUnknownKey);
  add("alg swapped", Forger::header_with(other, kid, "at+jwt"), Errc::kUnsupported);
  add("alg none", Forger::header_with("none", kid, "at+jwt"), Errc::kUnsupported);
  add("no alg", Forger::header_with("", kid, "at+jwt"), Errc::kMalformed);
  add("crit", forger.header(R"(,"crit":["exp"])"), Errc::kUnsupported);
  add("b64", forger.header(R"(,"b64":false)"), Errc::kUnsupported);
  add("zip", forger.header(R"(,"zip":"DEF")"), Errc::kUnsupported);
  add("a kid of 300 bytes", Forger::header_with(name, std::string(300, 'k'), "at+jwt"), Errc::kMalformed);
  add("alg twice", forger.header(",\"alg\":\"" + name + '"'), Errc::kMalformed);
  add("a header cut short", forger.header().substr(0, forger.header().size() - 1), Errc::kMalformed);
  add("a wrong signature, too", forger.header(), Errc::kBadSignature);
  all.back().token = join(head(all.back().token), payload(all.back().token), signature(subject.token));
  add("expired, too", forger.header(), Errc::kExpired);
  all.back().token = forger.sign(forger.header(), claims_with("exp", kNow - std::chrono::hours(1)));
  return all;
}

}  // namespace signet::bench
