// base64url: what decodes has exactly one spelling.
#include "base/base64url.h"

#include "fuzz.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signet;
  const std::string_view input = fuzz::text(data, size);
  const auto decoded = base64url_decode(input);
  if (decoded) fuzz::require(base64url_encode(*decoded) == input);
  if (!decoded) fuzz::require_plain_refusal(decoded.error());
  fuzz::require(base64url_decode(base64url_encode({data, size})) == Bytes(data, data + size));
  return 0;
}
