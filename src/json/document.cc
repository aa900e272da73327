#include "json/document.h"

#include <simdjson.h>

#include <algorithm>
#include <bit>

#include "base/try.h"

namespace signet {
namespace json {

namespace dom = simdjson::dom;

class Document {
 public:
  dom::parser parser;
  dom::element root;  // borrows from the parser, which therefore never moves
};

/// Access turns simdjson's element, a pointer and an index, into a Json and back.
struct Access {
  static_assert(sizeof(dom::element) == sizeof(Json) && std::is_trivially_copyable_v<dom::element>);

  static Json wrap(dom::element element) noexcept {
    struct Words {
      const void* document;
      std::size_t index;
    };
    const auto words = std::bit_cast<Words>(element);
    return {words.document, words.index};
  }
  static dom::element unwrap(Json value) noexcept { return std::bit_cast<dom::element>(value); }
};

namespace {

/// RFC 7515 §4: "The Header Parameter names within the JOSE Header MUST be unique"; RFC 7519 §4 says the same
/// of claims. simdjson keeps duplicates, so they are refused here, after unescaping. Sorting keeps an object
/// of thousands of members from costing a square of them.
bool has_unique_names(dom::object object) {
  std::vector<std::string_view> names;
  names.reserve(object.size());
  for (const auto& [name, value] : object) names.push_back(name);
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

bool has_unique_names_everywhere(dom::element element) {
  if (element.is_object()) {
    const dom::object object = element.get_object().value_unsafe();
    return has_unique_names(object) && std::all_of(object.begin(), object.end(), [](const auto& member) {
             return has_unique_names_everywhere(member.value);
           });
  }
  if (element.is_array()) {
    const dom::array array = element.get_array().value_unsafe();
    return std::all_of(array.begin(), array.end(), has_unique_names_everywhere);
  }
  return true;
}

}  // namespace

Result<DocumentPtr> parse(std::string_view text) {
  auto document = std::make_shared<Document>();
  if (document->parser.allocate(std::max<std::size_t>(text.size(), 64), kMaxDepth) != simdjson::SUCCESS) {
    return fail(Errc::kInternal, "not enough memory to parse JSON");
  }
  if (document->parser.parse(text.data(), text.size()).get(document->root) != simdjson::SUCCESS) {
    return fail(Errc::kMalformed, "not well-formed JSON");
  }
  if (!has_unique_names_everywhere(document->root)) {
    return fail(Errc::kMalformed, "a JSON object names a member twice");
  }
  return document;
}

Result<DocumentPtr> parse_object(std::string_view text) {
  TRY(document, parse(text));
  if (!document->root.is_object()) return fail(Errc::kMalformed, "the JSON text is not an object");
  return document;
}

Json root(const Document& document) noexcept {
  return Access::wrap(document.root);
}

}  // namespace json

using json::Access;
namespace dom = simdjson::dom;

Json::Type Json::type() const noexcept {
  const dom::element element = Access::unwrap(*this);
  switch (element.type()) {
    case dom::element_type::NULL_VALUE:
      return Type::kNull;
    case dom::element_type::BOOL:
      return Type::kBool;
    case dom::element_type::INT64:
      return Type::kInteger;
    case dom::element_type::STRING:
      return Type::kString;
    case dom::element_type::ARRAY:
      return Type::kArray;
    case dom::element_type::OBJECT:
      return Type::kObject;
    default:
      return Type::kNumber;
  }
}

Result<bool> Json::as_bool() const noexcept {
  bool value = false;
  if (Access::unwrap(*this).get(value)) return fail(Errc::kInvalidArgument, "not a JSON boolean");
  return value;
}

Result<std::int64_t> Json::as_int() const noexcept {
  if (type() != Type::kInteger) return fail(Errc::kInvalidArgument, "not a JSON integer");
  return Access::unwrap(*this).get_int64().value_unsafe();
}

Result<double> Json::as_double() const noexcept {
  double value = 0;
  if (Access::unwrap(*this).get(value)) return fail(Errc::kInvalidArgument, "not a JSON number");
  return value;
}

Result<std::string_view> Json::as_string() const noexcept {
  std::string_view value;
  if (Access::unwrap(*this).get(value)) return fail(Errc::kInvalidArgument, "not a JSON string");
  return value;
}

Result<std::vector<std::string_view>> Json::as_strings() const {
  if (type() != Type::kArray) return fail(Errc::kInvalidArgument, "not a JSON array");
  std::vector<std::string_view> strings;
  for (const Json element : elements()) {
    TRY(string, element.as_string());
    strings.push_back(string);
  }
  return strings;
}

Result<Json> Json::member(std::string_view name) const noexcept {
  dom::element value;
  const dom::element element = Access::unwrap(*this);
  if (!element.is_object() || element.at_key(name).get(value)) return fail(Errc::kNotFound, "no such member");
  return Access::wrap(value);
}

std::vector<Json> Json::elements() const {
  std::vector<Json> all;
  dom::array array;
  if (Access::unwrap(*this).get(array)) return all;
  for (const dom::element element : array) all.push_back(Access::wrap(element));
  return all;
}

std::vector<std::pair<std::string_view, Json>> Json::members() const {
  std::vector<std::pair<std::string_view, Json>> all;
  dom::object object;
  if (Access::unwrap(*this).get(object)) return all;
  for (const auto& [name, value] : object) all.emplace_back(name, Access::wrap(value));
  return all;
}

std::string Json::text() const {
  return simdjson::minify(Access::unwrap(*this));
}

}  // namespace signet
