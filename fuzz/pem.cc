// PEM: what loads can be written, and loads again as the same key.
#include "fuzz.h"
#include "signet/key.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signet;
  for (const auto algorithm : {std::optional<Algorithm>{}, std::optional(Algorithm::kRS256)}) {
    const auto key = Key::from_pem(fuzz::text(data, size), algorithm);
    if (!key) {
      fuzz::require_plain_refusal(key.error());
      continue;
    }
    const auto again = Key::from_pem(*key->pem(), key->algorithm());
    fuzz::require(again && again->thumbprint() == key->thumbprint());
  }
  return 0;
}
