#include "json/plain.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <cstring>

#include "json/document.h"

namespace signet::json {
namespace {

constexpr std::size_t kStride = 16;
static_assert(kStride <= kPlainPadding);

/// How many of the next 16 bytes are ASCII that stands for itself: no quotation mark, backslash or control character.
inline std::size_t plain_prefix(const std::uint8_t* text) noexcept {
#if defined(__SSE2__)
  const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text));
  const __m128i quote = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'));
  const __m128i backslash = _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'));
  const __m128i control = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));  // and 0x80 up, which are negative
  const int special = _mm_movemask_epi8(_mm_or_si128(control, _mm_or_si128(quote, backslash)));
  return static_cast<std::size_t>(std::countr_zero(static_cast<unsigned>(special) | 1U << kStride));
#else
  std::size_t count = 0;
  while (count < kStride && text[count] >= 0x20 && text[count] < 0x80 && text[count] != '"' &&
         text[count] != '\\')
    ++count;
  return count;
#endif
}

constexpr bool is_digit(std::uint8_t character) noexcept {
  return character >= '0' && character <= '9';
}

/// Place is where reading goes on; null once the text turned out not to be plain.
using Place = const std::uint8_t*;

/// Reader writes the words that Tape (tape.h) reads. Each function reads what its name says and returns the place behind it.
/// The zero behind the text is none that is expected anywhere, so that nothing is read past the end.
class Reader {
 public:
  explicit Reader(simdjson::dom::document& into) noexcept
      : tape_(into.tape.get()), strings_(into.string_buf.get()), string_(strings_) {}

  [[nodiscard]] bool text(ByteView text) noexcept {
    if (value(text.data(), 1) != text.data() + text.size()) return false;
    put('r', 0);
    tape_[0] = word('r', next_);
    return true;
  }

 private:
  static constexpr std::uint64_t word(char kind, std::uint64_t payload) noexcept {
    return static_cast<std::uint64_t>(kind) << 56 | payload;
  }
  void put(char kind, std::uint64_t payload) noexcept { tape_[next_++] = word(kind, payload); }

  [[nodiscard]] Place value(Place at, std::size_t depth) noexcept {
    if (*at == '"') return string(at);
    if (*at == '{') return container<'{', '}'>(at, depth);
    if (*at == '[') return container<'[', ']'>(at, depth);
    if (*at == 't') return literal(at, "true");
    if (*at == 'f') return literal(at, "false");
    if (*at == 'n') return literal(at, "null");
    return number(at);
  }

  template <char open, char close>
  [[nodiscard]] Place container(Place at, std::size_t depth) noexcept {
    if (depth > kMaxDepth) return nullptr;
    const std::size_t start = next_++;
    std::uint64_t count = 0;
    ++at;
    if (*at != close) {
      for (--at; count == 0 || *at == ','; ++count) {
        at = open == '{' ? member(at + 1, depth) : value(at + 1, depth + 1);
        if (!at) return nullptr;
      }
      if (*at != close) return nullptr;
    }
    put(close, start);
    tape_[start] = word(open, next_ | count << 32);
    return at + 1;
  }

  [[nodiscard]] Place member(Place at, std::size_t depth) noexcept {
    if (*at != '"') return nullptr;
    at = string(at);
    return at && *at == ':' ? value(at + 1, depth + 1) : nullptr;
  }

  [[nodiscard]] Place string(Place at) noexcept {
    std::uint8_t* const size_at = string_;
    std::uint8_t* const start = size_at + sizeof(std::uint32_t);
    std::uint8_t* to = start;
    ++at;
    std::size_t plain = 0;
    do {
      plain = plain_prefix(at);
      std::memcpy(to, at, kStride);  // what is too much is overwritten
      at += plain;
      to += plain;
    } while (plain == kStride);
    if (*at != '"') return nullptr;
    const auto size = static_cast<std::uint32_t>(to - start);
    std::memcpy(size_at, &size, sizeof size);
    *to = 0;
    string_ = to + 1;
    put('"', static_cast<std::uint64_t>(size_at - strings_));
    return at + 1;
  }

  /// A whole number that fits: no sign, no fraction, no exponent, at most 18 digits. What must not follow fails at the
  /// comma or bracket that should.
  [[nodiscard]] Place number(Place at) noexcept {
    const Place start = at;
    std::uint64_t value = 0;
    for (; is_digit(*at) && at - start < 18; ++at) value = value * 10 + (*at - '0');
    if (at == start || (*start == '0' && at - start > 1)) return nullptr;
    put('l', 0);
    tape_[next_++] = value;
    return at;
  }

  [[nodiscard]] Place literal(Place at, std::string_view name) noexcept {
    if (std::memcmp(at, name.data(), name.size()) != 0) return nullptr;
    put(name.front(), 0);
    return at + name.size();
  }

  std::uint64_t* const tape_;
  std::uint8_t* const strings_;
  std::uint8_t* string_;  // where the next one goes
  std::size_t next_ = 1;  // the word to be written next; the first is written last
};

}  // namespace

bool read_plain(ByteView text, simdjson::dom::document& into) noexcept {
  return Reader(into).text(text);
}

}  // namespace signet::json
