// JSON out: compact, in the order written.
//
//   Writer json;
//   json.begin_object().member("name", name).key("ports").begin_array().integer(80).end_array().end_object();
//   return json.take();
#pragma once

#include <concepts>
#include <cstdint>
#include <string>
#include <string_view>

namespace signet::json {

/// Writer appends values and puts the commas in. That begins and ends match is the caller's affair. Text that
/// is not UTF-8 comes out with U+FFFD in the place of what is broken, so that the result always parses.
class Writer {
 public:
  Writer& begin_object() { return open('{'); }
  Writer& end_object() { return close('}'); }
  Writer& begin_array() { return open('['); }
  Writer& end_array() { return close(']'); }
  Writer& key(std::string_view name);

  Writer& string(std::string_view value);
  Writer& integer(std::int64_t value);
  Writer& number(double value);  // finite; written so that it reads back as the same double
  Writer& boolean(bool value) { return raw(value ? "true" : "false"); }
  Writer& null() { return raw("null"); }
  /// raw appends a value that is JSON already.
  Writer& raw(std::string_view json);

  Writer& member(std::string_view name, std::string_view value) { return key(name).string(value); }
  Writer& member(std::string_view name, const char* value) { return key(name).string(value); }
  template <std::same_as<bool> T>
  Writer& member(std::string_view name, T value) {
    return key(name).boolean(value);
  }
  template <std::integral T>
    requires(!std::same_as<T, bool>)
  Writer& member(std::string_view name, T value) {
    return key(name).integer(static_cast<std::int64_t>(value));
  }

  [[nodiscard]] std::string take() { return std::move(text_); }

 private:
  Writer& open(char bracket);
  Writer& close(char bracket);
  void separate();

  std::string text_;
  bool needs_comma_ = false;
};

/// is_utf8 tells whether `text` is well-formed UTF-8 (RFC 3629).
[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace signet::json
