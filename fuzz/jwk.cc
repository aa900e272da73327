// A JWK: what loads can be written, and loads again as the same key.
#include "fuzz.h"
#include "signet/key.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signet;
  for (const std::optional<Algorithm> algorithm :
       {std::optional<Algorithm>{}, std::optional(Algorithm::kHS256)}) {
    const auto key = Key::from_jwk(fuzz::text(data, size), algorithm);
    if (!key) {
      fuzz::require_plain_refusal(key.error());
      continue;
    }
    const auto again = Key::from_jwk(key->jwk());
    fuzz::require(again && again->thumbprint() == key->thumbprint() && again->kid() == key->kid());
    const auto half = key->public_key();
    fuzz::require(half.has_value() == (!key->is_symmetric() && (key->can_sign() || key->can_verify())));
    if (half) fuzz::require(half->jwk().find("\"d\":") == std::string::npos);
  }
  return 0;
}
