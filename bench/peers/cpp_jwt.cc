// libcpp-jwt: one call does all. It takes the key as text each time; there is no other way in.
#include <jwt/jwt.hpp>

#include "drive.h"

using namespace signet::bench;

int main(int argc, char** argv) {
  return drive(argc, argv, [](const Subject& subject) {
    return [key = subject.key, algorithm = subject.algorithm](const std::string& token) {
      using namespace jwt::params;
      std::error_code error;
      const auto object = jwt::decode(token, algorithms({algorithm}), error, secret(key), verify(true),
                                      issuer(kIssuer), aud(kAudience));
      if (error) return false;
      const auto& payload = object.payload();
      return object.has_claim("exp") && !payload.get_claim_value<std::string>("sub").empty() &&
             payload.get_claim_value<std::string>("plan") == "gold";
    };
  });
}
