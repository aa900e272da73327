// The Authorization header of a request, as an API hands it to its guard.
#include "base/authorization.h"
#include "fuzz.h"
#include "signet/guard.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signet;
  static const Guard guard =
      *Guard::open({.issuer = "i", .audience = "a", .shared_secret = std::string(32, 's')});
  const std::string_view input = fuzz::text(data, size);
  const auto refused = guard.check(input);
  fuzz::require(!refused);  // nobody here knows the secret
  fuzz::require_plain_refusal(refused.error());
  fuzz::require(!bearer_token(input).starts_with(' '));
  return 0;
}
