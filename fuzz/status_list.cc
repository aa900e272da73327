// A status list: the ZLIB stream of `lst` by itself, and the claims of a statement around one.
#include "revocation/status_list.h"
#include "base/base64url.h"
#include "fuzz.h"
#include "json/document.h"

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signet;
  using namespace signet::revocation;
  const ByteView input(data, size);
  if (const auto bits = inflate_list(input, sizeof(Bits))) {
    fuzz::require(bits->size() <= sizeof(Bits));
    fuzz::require(*inflate_list(deflate_list(*bits), sizeof(Bits)) == *bits);
  } else {
    fuzz::require_plain_refusal(bits.error());
  }
  const auto claims = json::parse_object(as_text(input));
  if (!claims) return 0;
  const auto list = read_foreign_list(json::root(**claims), from_unix(1'700'000'000));
  if (!list) {
    fuzz::require_plain_refusal(list.error());
    return 0;
  }
  fuzz::require(list->bits.size() <= kMaxForeignBytes);
  fuzz::require(!list->is_set(list->size()));
  fuzz::require(list->size() == 0 || list->is_set(list->size() - 1).has_value());
  return 0;
}
