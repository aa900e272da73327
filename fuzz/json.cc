// JSON, as claims and bodies come in: what parses can be written, and reads back as the same.
#include "fuzz.h"
#include "json/document.h"
#include "json/writer.h"
#include "signet/token.h"

namespace {

using signet::Json;

/// Touches every value by every accessor.
void visit(Json value) {
  static_cast<void>(value.as_bool());
  static_cast<void>(value.as_int());
  static_cast<void>(value.as_double());
  if (const auto string = value.as_string()) signet::fuzz::require(signet::json::is_utf8(*string));
  for (const Json element : value.elements()) visit(element);
  for (const auto& [name, member] : value.members()) {
    signet::fuzz::require(value.member(name)->text() == member.text());  // no name stands twice
    visit(member);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signet;
  const auto document = json::parse(fuzz::text(data, size));
  if (!document) {
    fuzz::require_plain_refusal(document.error());
    return 0;
  }
  visit(json::root(**document));
  const std::string written = json::root(**document).text();
  const auto again = json::parse(written);
  fuzz::require(again && json::root(**again).text() == written);
  if (const auto claims = Claims::from_json(written)) {
    const auto copied = json::parse(claims->json());  // escapes may be spelled in another way
    fuzz::require(copied && json::root(**copied).text() == written);
  }
  return 0;
}
