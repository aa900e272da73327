// A read-only view of one value in a JSON text that has been parsed already: how claims of any type come out
// typed.
//
//   const auto limits = token.claim("limits");                 // {"rps": 100, "regions": ["eu", "us"]}
//   if (!limits) return use_the_defaults();
//   for (const auto& [name, value] : limits->members()) {
//     if (const auto number = value.as_int()) use(name, *number);
//   }
//
// A Json borrows from the VerifiedToken (or whatever else) that it came from and must not outlive it. It is
// two words, to be passed by value, and safe to read from many threads.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "signet/result.h"

namespace signet {

namespace json {
struct Access;   // how the library makes them
class Walk;      // and goes through them
class Document;  // a parsed text
SIGNET_API void retain(const Document& document) noexcept;
SIGNET_API void release(const Document& document) noexcept;

/// DocumentPtr shares a parsed text among those who read it, and counts them.
class DocumentPtr {
 public:
  DocumentPtr() noexcept = default;
  explicit DocumentPtr(const Document* counted) noexcept : document_(counted) {}
  DocumentPtr(const DocumentPtr& other) noexcept : document_(other.document_) {
    if (document_) retain(*document_);
  }
  DocumentPtr(DocumentPtr&& other) noexcept : document_(std::exchange(other.document_, nullptr)) {}
  DocumentPtr& operator=(DocumentPtr other) noexcept {
    std::swap(document_, other.document_);
    return *this;
  }
  ~DocumentPtr() {
    if (document_) release(*document_);
  }
  [[nodiscard]] const Document& operator*() const noexcept { return *document_; }
  explicit operator bool() const noexcept { return document_ != nullptr; }

 private:
  const Document* document_ = nullptr;
};
}  // namespace json

class SIGNET_API Json {
 public:
  enum class Type : std::uint8_t { kNull, kBool, kInteger, kNumber, kString, kArray, kObject };

  /// type is kInteger for what fits into an int64 and was written without fraction or exponent; kNumber for
  /// the others.
  [[nodiscard]] Type type() const noexcept;

  // Each fails with kInvalidArgument when the value is of another type. as_double takes every number.
  [[nodiscard]] Result<bool> as_bool() const noexcept;
  [[nodiscard]] Result<std::int64_t> as_int() const noexcept;
  [[nodiscard]] Result<double> as_double() const noexcept;
  [[nodiscard]] Result<std::string_view> as_string() const noexcept;
  [[nodiscard]] Result<std::vector<std::string_view>> as_strings() const;

  /// member finds a member of an object. kNotFound: no such member, or not an object.
  [[nodiscard]] Result<Json> member(std::string_view name) const noexcept;

  /// elements returns an array's, in order; empty for any other type.
  [[nodiscard]] std::vector<Json> elements() const;

  /// members returns an object's, in the order of the text; empty for any other type.
  [[nodiscard]] std::vector<std::pair<std::string_view, Json>> members() const;

  /// text returns the value as compact JSON.
  [[nodiscard]] std::string text() const;

 private:
  friend struct json::Access;
  friend class json::Walk;
  Json(const void* document, std::size_t index) noexcept : document_(document), index_(index) {}

  [[maybe_unused]] const void* document_;  // both are read as one, by json::Access
  [[maybe_unused]] std::size_t index_;
};

}  // namespace signet
