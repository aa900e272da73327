// POCO JWT: the Signer holds the key, loaded once, and the allowed algorithm. Policy is the caller's.
#include <Poco/Crypto/ECKey.h>
#include <Poco/Crypto/RSAKey.h>
#include <Poco/JWT/JWTException.h>
#include <Poco/JWT/Signer.h>
#include <Poco/JWT/Token.h>

#include <algorithm>
#include <memory>
#include <sstream>

#include "drive.h"

using namespace signet::bench;

namespace {

std::unique_ptr<Poco::JWT::Signer> make_signer(const Subject& subject) {
  auto signer = std::make_unique<Poco::JWT::Signer>();
  std::istringstream pem(subject.key);
  if (subject.algorithm == "HS256") signer->setHMACKey(subject.key);
  if (subject.algorithm == "RS256") signer->setRSAKey(new Poco::Crypto::RSAKey(&pem));
  if (subject.algorithm == "ES256") signer->setECKey(new Poco::Crypto::ECKey(&pem));
  signer->setAlgorithms({subject.algorithm});
  return signer;
}

bool good_claims(const Poco::JWT::Token& token) {
  const auto audience = token.getAudience();
  return token.getIssuer() == kIssuer && std::ranges::find(audience, kAudience) != audience.end() &&
         token.getExpiration() > Poco::Timestamp() && !token.getSubject().empty() &&
         token.payload().getValue<std::string>("plan") == "gold";
}

}  // namespace

int main(int argc, char** argv) {
  return drive(argc, argv, [](const Subject& subject) {
    return [signer = make_signer(subject)](const std::string& text) {
      try {
        return good_claims(signer->verify(text));
      } catch (const Poco::Exception&) {
        return false;
      }
    };
  });
}
