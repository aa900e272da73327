// A compact token, before a verifier that knows keys of every kind. Nobody can sign here, so nothing may be
// accepted but the one token that the seeds hold.
#include "fuzz.h"
#include "signet/signer.h"
#include "signet/verifier.h"
#include "token/jws.h"

namespace {

using namespace signet;

const KeySet& keys() {
  static const KeySet set =
      *KeySet::of({*Key::generate(Algorithm::kES256), *Key::generate(Algorithm::kEd25519),
                   *Key::generate(Algorithm::kRS256)});
  return set;
}

const Key& secret() {
  static const Key key = *Key::from_secret("a secret of thirty-two bytes, at least", Algorithm::kHS256);
  return key;
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  static const Verifier verifier(*Policy::create({.issuer = "i", .audience = "a"}));
  const std::string_view input = fuzz::text(data, size);
  for (const KeySet& set : {keys(), KeySet::only(keys().keys().front())}) {
    const auto refused = verifier.verify(input, set, Time{});
    fuzz::require(!refused);
    fuzz::require_plain_refusal(refused.error());
  }
  // The input as the claims of a well-signed token: the policy must cope with whatever they are.
  const auto token = token::sign_jws(secret(), R"({"alg":"HS256","typ":"at+jwt"})", {data, size});
  if (!token) return 0;
  const auto judged = verifier.verify(*token, KeySet::only(secret()), from_unix(1'000'000));
  if (!judged) fuzz::require_plain_refusal(judged.error());
  if (judged) fuzz::require(judged->issuer() == "i" && judged->expires_at() > from_unix(1'000'000));
  return 0;
}
