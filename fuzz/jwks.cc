// A JWK Set, or any key file: the keys of a set differ in their kids, and are all secret or all public.
#include "fuzz.h"
#include "signet/key.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signet;
  const std::string_view input = fuzz::text(data, size);
  if (const auto file = KeySet::from_text(input, Algorithm::kRS256); !file)
    fuzz::require_plain_refusal(file.error());
  const auto set = KeySet::from_jwks(input);
  if (!set) {
    fuzz::require_plain_refusal(set.error());
    return 0;
  }
  fuzz::require(!set->keys().empty());
  for (const Key& key : set->keys()) {
    fuzz::require(*set->find(key.kid()) == &key);  // the first of that kid is the only one
    fuzz::require(key.is_symmetric() == set->keys().front().is_symmetric());
  }
  fuzz::require(!set->find(std::nullopt));
  return 0;
}
