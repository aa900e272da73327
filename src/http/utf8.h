// UTF-8, as far as HTTP needs it.
#pragma once

#include <cstddef>
#include <string_view>

namespace signet::http {

/// utf8_length returns how many bytes the first character of `text` takes (1 to 4), or 0 when they are not
/// UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing past U+10FFFF). `text` must not be empty.
[[nodiscard]] std::size_t utf8_length(std::string_view text) noexcept;

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

}  // namespace signet::http
