// libjwt 1.10: jwt_decode takes the key as text each time; there is no other way in. Policy is the caller's.
#include <jwt.h>

#include <cstring>

#include "drive.h"

using namespace signet::bench;

int main(int argc, char** argv) {
  return drive(argc, argv, [](const Subject& subject) {
    return [key = subject.key, algorithm = jwt_str_alg(subject.algorithm.c_str())](const std::string& token) {
      jwt_t* jwt = nullptr;
      const auto* bytes = reinterpret_cast<const unsigned char*>(key.data());
      if (jwt_decode(&jwt, token.c_str(), bytes, static_cast<int>(key.size())) != 0) return false;
      const auto is = [jwt](const char* name, const char* expected) {
        const char* value = jwt_get_grant(jwt, name);
        return value != nullptr && std::strcmp(value, expected) == 0;
      };
      const char* subject_claim = jwt_get_grant(jwt, "sub");
      const bool good = jwt_get_alg(jwt) == algorithm && is("iss", kIssuer) && is("aud", kAudience) &&
                        jwt_get_grant_int(jwt, "exp") > std::time(nullptr) && subject_claim &&
                        *subject_claim && is("plan", "gold");
      jwt_free(jwt);
      return good;
    };
  });
}
