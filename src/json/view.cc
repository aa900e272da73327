// Json and Walk: reading what has been parsed.
#include "base/try.h"
#include "json/access.h"
#include "json/document.h"

namespace signet {
namespace json {

using Words = Access::Words;

Walk::Walk(Json container) noexcept : document_(nullptr), at_(0), end_(0), is_object_(false) {
  const dom::element element = Access::unwrap(container);
  Words begin{}, end{};
  if (element.is_object()) {
    const dom::object object = element.get_object().value_unsafe();
    begin = std::bit_cast<Words>(object.begin());
    end = std::bit_cast<Words>(object.end());
    is_object_ = true;
  } else if (element.is_array()) {
    const dom::array array = element.get_array().value_unsafe();
    begin = std::bit_cast<Words>(array.begin());
    end = std::bit_cast<Words>(array.end());
  }
  document_ = begin.document;
  at_ = begin.index;
  end_ = end.index;
}

bool Walk::next() noexcept {
  if (at_ == end_) return false;
  if (!started_) {
    started_ = true;
    return true;
  }
  if (is_object_) {
    auto iterator = std::bit_cast<dom::object::iterator>(Words{document_, at_});
    at_ = std::bit_cast<Words>(++iterator).index;
  } else {
    auto iterator = std::bit_cast<dom::array::iterator>(Words{document_, at_});
    at_ = std::bit_cast<Words>(++iterator).index;
  }
  return at_ != end_;
}

std::string_view Walk::name() const noexcept {
  return is_object_ ? std::bit_cast<dom::object::iterator>(Words{document_, at_}).key() : std::string_view();
}

Json Walk::value() const noexcept {
  if (is_object_) return Access::wrap(std::bit_cast<dom::object::iterator>(Words{document_, at_}).value());
  return Access::wrap(*std::bit_cast<dom::array::iterator>(Words{document_, at_}));
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
  if (type() != Type::kArray) return all;
  for (json::Walk element(*this); element.next();) all.push_back(element.value());
  return all;
}

std::vector<std::pair<std::string_view, Json>> Json::members() const {
  std::vector<std::pair<std::string_view, Json>> all;
  if (type() != Type::kObject) return all;
  for (json::Walk member(*this); member.next();) all.emplace_back(member.name(), member.value());
  return all;
}

std::string Json::text() const {
  return simdjson::minify(Access::unwrap(*this));
}

}  // namespace signet
