// rhonabwy: the key is a JWK, imported once; one call for the signature, one for the claims.
#include <rhonabwy.h>

#include <cstring>

#include "drive.h"

using namespace signet::bench;

namespace {

bool check(jwt_t* jwt, jwk_t* key, jwa_alg algorithm) {
  if (r_jwt_get_sign_alg(jwt) != algorithm ||
      r_jwt_verify_signature(jwt, key, R_FLAG_IGNORE_REMOTE) != RHN_OK ||
      r_jwt_validate_claims(jwt, R_JWT_CLAIM_ISS, kIssuer, R_JWT_CLAIM_AUD, kAudience, R_JWT_CLAIM_EXP,
                            R_JWT_CLAIM_NOW, R_JWT_CLAIM_NOP) != RHN_OK) {
    return false;
  }
  const char* subject = r_jwt_get_claim_str_value(jwt, "sub");
  const char* plan = r_jwt_get_claim_str_value(jwt, "plan");
  return subject != nullptr && *subject != 0 && plan != nullptr && std::strcmp(plan, "gold") == 0;
}

}  // namespace

int main(int argc, char** argv) {
  r_global_init();
  return drive(argc, argv, [](const Subject& subject) {
    jwk_t* key = nullptr;
    if (r_jwk_init(&key) != RHN_OK ||
        r_jwk_import_from_json_str(key, subject.read("key.jwk").c_str()) != RHN_OK)
      std::exit(1);
    const jwa_alg algorithm = r_str_to_jwa_alg(subject.algorithm.c_str());
    return [key, algorithm](const std::string& token) {
      jwt_t* jwt = r_jwt_quick_parsen(token.data(), token.size(), R_PARSE_NONE, R_FLAG_IGNORE_REMOTE);
      if (jwt == nullptr) return false;
      const bool good = check(jwt, key, algorithm);
      r_jwt_free(jwt);
      return good;
    };
  });
}
