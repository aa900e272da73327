#include "server/body.h"

#include <fmt/core.h>

#include <algorithm>

#include "base/ascii.h"
#include "server/answers.h"
#include "server/near_miss.h"

namespace signet::server {
namespace {

constexpr std::size_t kMostElements = 64;

/// RFC 9110 §8.3.1: types are compared in any case of letters, and parameters may follow.
bool is_json(std::optional<std::string_view> content_type) {
  if (!content_type) return false;
  std::string_view type = content_type->substr(0, content_type->find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return equal_ignoring_case(type, "application/json");
}

bool has_control_characters(std::string_view text) {
  return std::ranges::any_of(text, [](char c) { return static_cast<unsigned char>(c) < 0x20 || c == 0x7f; });
}

std::string shown(std::string_view name) {
  return std::string(name.substr(0, 64));
}

}  // namespace

Body::Body(const http::Request& request) {
  if (!is_json(request.header("Content-Type"))) {
    problem_ = http::Response::problem(415, "Unsupported Media Type",
                                       "send a JSON object, with Content-Type: application/json");
    return;
  }
  const auto document = json::parse_object(request.body);
  if (document) {
    document_ = *document;
  } else {
    problem_ = http::Response::problem(
        400, "Bad Request", fmt::format("the body must be one JSON object: {}", document.error().what));
  }
}

std::optional<Json> Body::optional_value(std::string_view name) {
  asked_.emplace_back(name);
  if (!document_) return std::nullopt;
  const auto value = json::root(*document_).member(name);
  return value ? std::optional(*value) : std::nullopt;
}

std::string Body::text(std::string_view name, Length length) {
  const auto value = optional_value(name);
  if (!value && !missing_) missing_ = name;
  return value ? checked_text(name, *value, length).value_or("") : "";
}

std::optional<std::string> Body::optional_text(std::string_view name, Length length) {
  const auto value = optional_value(name);
  return value ? checked_text(name, *value, length) : std::nullopt;
}

std::optional<std::string> Body::checked_text(std::string_view field, Json value, Length length) {
  const auto text = value.as_string();
  if (!text) {
    refuse(field, fmt::format("{} must be a string", field));
  } else if (text->size() < length.least) {
    refuse(field, length.least == 1 ? fmt::format("{} must not be empty", field)
                                    : fmt::format("{} must have at least {} bytes", field, length.least));
  } else if (text->size() > length.most) {
    refuse(field, fmt::format("{} must have at most {} bytes", field, length.most));
  } else if (has_control_characters(*text)) {
    refuse(field, fmt::format("{} must not hold control characters", field));
  } else {
    return std::string(*text);
  }
  return std::nullopt;
}

std::optional<bool> Body::optional_flag(std::string_view name) {
  const auto value = optional_value(name);
  if (!value) return std::nullopt;
  const auto flag = value->as_bool();
  if (!flag) refuse(name, fmt::format("{} must be true or false", name));
  return flag ? std::optional(*flag) : std::nullopt;
}

std::optional<std::int64_t> Body::optional_number(std::string_view name, std::int64_t least,
                                                  std::int64_t most) {
  const auto value = optional_value(name);
  if (!value) return std::nullopt;
  const auto number = value->as_int();
  if (number && *number >= least && *number <= most) return *number;
  refuse(name, fmt::format("{} must be a whole number from {} to {}", name, least, most));
  return std::nullopt;
}

std::optional<std::vector<std::string>> Body::optional_texts(std::string_view name, Length each) {
  const auto value = optional_value(name);
  if (!value) return std::nullopt;
  const auto elements = value->elements();
  if (value->type() != Json::Type::kArray || elements.size() > kMostElements) {
    refuse(name, fmt::format("{} must be an array of at most {} strings", name, kMostElements));
    return std::nullopt;
  }
  std::vector<std::string> texts;
  for (const Json element : elements) {
    texts.push_back(checked_text(fmt::format("{}[{}]", name, texts.size()), element, each).value_or(""));
  }
  return texts;
}

void Body::refuse(std::string_view field, std::string_view detail) {
  if (!problem_ && field != missing_) problem_ = bad_field(field, detail);
}

std::optional<http::Response> Body::problem() {
  // What is missing was perhaps only misspelt, so that the unknown name is told first.
  if (!problem_) refuse_unknown_members();
  if (!problem_ && missing_) problem_ = bad_field(*missing_, fmt::format("{} is missing", *missing_));
  return problem_;
}

void Body::refuse_unknown_members() {
  for (const auto& [name, value] : json::root(*document_).members()) {
    if (std::ranges::find(asked_, name) != asked_.end()) continue;
    refuse(shown(name), fmt::format("there is no member {} here{}", shown(name), did_you_mean(name, asked_)));
    return;  // one is told, and there may be thousands
  }
}

}  // namespace signet::server
