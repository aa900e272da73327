// A JOSE header under a key: whatever it says, only one whose `alg` is the key's signs, and what is signed
// verifies.
#include "fuzz.h"
#include "signet/key.h"
#include "token/jws.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signet;
  static const Key key = *Key::from_secret("a secret of thirty-two bytes, at least", Algorithm::kHS256);
  static const KeySet keys = KeySet::only(key);
  const auto token = token::sign_jws(key, fuzz::text(data, size), as_bytes("payload"));
  if (!token) {
    fuzz::require_plain_refusal(token.error());
    return 0;
  }
  const auto verified = token::verify_jws(*token, keys);
  if (!verified) fuzz::require(verified.error().code == Errc::kUnknownKey);  // it names another kid
  if (verified) fuzz::require(as_text(verified->payload.bytes()) == "payload");
  return 0;
}
