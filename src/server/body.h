// Reads the JSON body of a request, strictly, and finds the words for what is wrong with it.
//
//   Body body(request);
//   const auto username = body.text("username", {.most = 128});
//   const bool cookie = body.optional_flag("cookie").value_or(false);
//   if (auto problem = body.problem()) return *problem;
//
// Members that nobody asked for are refused, so that a slip of the finger is not ignored in silence. What is
// read before problem() has been asked may be empty. The first problem is the one that is told.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "http/message.h"
#include "json/document.h"

namespace signet::server {

/// Length bounds a text, in bytes.
struct Length {
  std::size_t least = 1;
  std::size_t most = 1024;
};

class Body {
 public:
  /// The body must be application/json and hold one object; see json/document.h for how strict that is.
  explicit Body(const http::Request& request);

  /// text is for what must be there. Texts hold no control characters.
  [[nodiscard]] std::string text(std::string_view name, Length length);
  [[nodiscard]] std::optional<std::string> optional_text(std::string_view name, Length length);
  [[nodiscard]] std::optional<bool> optional_flag(std::string_view name);
  [[nodiscard]] std::optional<std::int64_t> optional_number(std::string_view name, std::int64_t least,
                                                            std::int64_t most);
  /// optional_texts reads an array of at most 64 texts.
  [[nodiscard]] std::optional<std::vector<std::string>> optional_texts(std::string_view name, Length each);
  /// optional_value returns a member of any type, for callers with rules of their own.
  [[nodiscard]] std::optional<Json> optional_value(std::string_view name);

  /// refuse is for rules that only the caller knows.
  void refuse(std::string_view field, std::string_view detail);

  /// problem returns the answer, 400 or 415, when anything was wrong. To be asked last.
  [[nodiscard]] std::optional<http::Response> problem();

 private:
  [[nodiscard]] std::optional<std::string> checked_text(std::string_view field, Json value, Length length);
  void refuse_unknown_members();

  json::DocumentPtr document_;
  std::vector<std::string> asked_;
  std::optional<std::string> missing_;  // the first of them
  std::optional<http::Response> problem_;
};

}  // namespace signet::server
