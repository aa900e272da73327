// cjose: the key is a JWK, imported once. It knows JWS, not JWT: claims are read with jansson, which it is built on
// and which its users use, and policy is the caller's.
#include <cjose/cjose.h>
#include <jansson.h>

#include <cstring>

#include "drive.h"

using namespace signet::bench;

namespace {

bool is(const json_t* claims, const char* name, const char* expected) {
  const char* value = json_string_value(json_object_get(claims, name));
  return value != nullptr && std::strcmp(value, expected) == 0;
}

bool good_claims(const json_t* claims) {
  return is(claims, "iss", kIssuer) && is(claims, "aud", kAudience) &&
         json_integer_value(json_object_get(claims, "exp")) > std::time(nullptr) &&
         json_string_length(json_object_get(claims, "sub")) != 0 && is(claims, "plan", "gold");
}

bool check(cjose_jws_t* jws, const cjose_jwk_t* key, const std::string& algorithm) {
  const char* alg = cjose_header_get(cjose_jws_get_protected(jws), CJOSE_HDR_ALG, nullptr);
  std::uint8_t* payload = nullptr;
  std::size_t size = 0;
  if (alg == nullptr || alg != algorithm || !cjose_jws_verify(jws, key, nullptr) ||
      !cjose_jws_get_plaintext(jws, &payload, &size, nullptr)) {
    return false;
  }
  json_t* claims = json_loadb(reinterpret_cast<const char*>(payload), size, JSON_REJECT_DUPLICATES, nullptr);
  const bool good = good_claims(claims);
  json_decref(claims);
  return good;
}

}  // namespace

int main(int argc, char** argv) {
  return drive(argc, argv, [](const Subject& subject) {
    const std::string jwk = subject.read("key.jwk");
    cjose_jwk_t* key = cjose_jwk_import(jwk.data(), jwk.size(), nullptr);
    return [key, algorithm = subject.algorithm](const std::string& token) {
      cjose_jws_t* jws = cjose_jws_import(token.data(), token.size(), nullptr);
      if (jws == nullptr) return false;
      const bool good = check(jws, key, algorithm);
      cjose_jws_release(jws);
      return good;
    };
  });
}
