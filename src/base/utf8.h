// UTF-8 as RFC 3629 has it: no overlong forms, no surrogates, nothing past U+10FFFF.
#pragma once

#include <string>
#include <string_view>

namespace signet {

[[nodiscard]] bool is_utf8(std::string_view text) noexcept;

/// mended_utf8 returns `text` with U+FFFD in the place of each byte that is no part of a character.
[[nodiscard]] std::string mended_utf8(std::string_view text);

}  // namespace signet
