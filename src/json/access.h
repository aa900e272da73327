// How Json, two words in a public header, and simdjson's references are one. For json/ alone.
#pragma once

#include <simdjson.h>

#include <bit>

#include "json/tape.h"
#include "signet/json.h"

namespace signet::json {

namespace dom = simdjson::dom;

/// Access turns simdjson's references into its tape, a pointer and an index each, into ours and back.
struct Access {
  struct Words {
    const void* document;
    std::size_t index;
  };
  static_assert(sizeof(dom::element) == sizeof(Words) && std::is_trivially_copyable_v<dom::element>);

  static Json wrap(dom::element element) noexcept {
    const auto words = std::bit_cast<Words>(element);
    return {words.document, words.index};
  }
  static Tape tape(const dom::document& document) noexcept {
    return {document.tape.get(), document.string_buf.get()};
  }
  static dom::element unwrap(Json value) noexcept { return std::bit_cast<dom::element>(value); }
};

}  // namespace signet::json
