// Json and Walk: reading what has been parsed.
#include "base/try.h"
#include "json/access.h"
#include "json/document.h"

namespace signet {
namespace json {

Walk::Walk(Json container) noexcept {
  const auto [document, index] = std::bit_cast<Access::Words>(container);
  const Tape tape = Access::tape(*static_cast<const dom::document*>(document));
  if (!tape.is_container(index)) return;
  document_ = document;
  tape_ = tape;
  is_object_ = tape.is_object(index);
  next_ = index + 1;
  end_ = tape.after(index) - 1;
}

}  // namespace json

using json::Access;
namespace dom = simdjson::dom;

Json::Type Json::type() const noexcept {
  const auto [document, index] = std::bit_cast<Access::Words>(*this);
  switch (Access::tape(*static_cast<const dom::document*>(document)).kind(index)) {
    case 'n':
      return Type::kNull;
    case 't':
    case 'f':
      return Type::kBool;
    case 'l':
      return Type::kInteger;
    case '"':
      return Type::kString;
    case '[':
      return Type::kArray;
    case '{':
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
  if (type() == Type::kObject) {
    for (json::Walk member(*this); member.next();) {
      if (member.name() == name) return member.value();
    }
  }
  return fail(Errc::kNotFound, "no such member");
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
