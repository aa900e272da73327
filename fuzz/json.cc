// JSON, as claims and bodies come in: what parses can be written, and reads back as the same.
#include "fuzz.h"
#include "json/document.h"
#include "json/names.h"
#include "json/plain.h"
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

/// What read_plain takes, simdjson and check_containers take too, and make the same of it; what it refuses, one of them does.
void compare_readers(std::string_view text) {
  using namespace signet;
  std::string padded(text);
  padded.resize(text.size() + simdjson::SIMDJSON_PADDING, json::kPlainEnd);
  simdjson::dom::document plain;
  fuzz::require(plain.allocate(std::max<std::size_t>(text.size(), 32)) == simdjson::SUCCESS);
  const auto is_read = json::read_plain(as_bytes(std::string_view(padded).substr(0, text.size())), plain);
  if (is_read && !*is_read) return;
  simdjson::dom::parser parser;
  const bool is_good =
      parser.parse(padded.data(), text.size(), false).error() == simdjson::SUCCESS &&
      json::check_containers({parser.doc.tape.get(), parser.doc.string_buf.get()}).has_value();
  fuzz::require(is_good == is_read.has_value());
  if (!is_good) return;
  const std::size_t words = plain.tape[0] & 0xFFFF'FFFF;
  fuzz::require(std::equal(plain.tape.get(), plain.tape.get() + words, parser.doc.tape.get()));
  fuzz::require(simdjson::minify(plain.root()) == simdjson::minify(parser.doc.root()));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  using namespace signet;
  compare_readers(fuzz::text(data, size));
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
