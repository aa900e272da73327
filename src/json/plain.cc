#include "json/plain.h"

#if defined(__SSE2__)
#include <emmintrin.h>
#endif

#include <bit>
#include <cstring>

#include "json/document.h"
#include "json/names.h"

namespace signet::json {
namespace {

constexpr std::size_t kBlock = 64;
constexpr std::size_t kStride = 16;
static_assert(kBlock <= kPlainPadding && kStride <= kPlainPadding);

/// Returns where the quotation marks of 64 bytes are: a bit for each byte, the first one's lowest. `plain` turns false at a
/// backslash, a control character, and all that is not ASCII: what cannot stand in a string for itself.
inline std::uint64_t find_quotes(const std::uint8_t* text, bool& plain) noexcept {
  std::uint64_t quotes = 0;
#if defined(__SSE2__)
  __m128i others = _mm_setzero_si128();
  for (std::size_t i = 0; i < kBlock; i += kStride) {
    const __m128i bytes = _mm_loadu_si128(reinterpret_cast<const __m128i*>(text + i));
    const __m128i control = _mm_cmplt_epi8(bytes, _mm_set1_epi8(0x20));  // and 0x80 up, which are negative
    others = _mm_or_si128(others, _mm_or_si128(control, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('\\'))));
    const auto here = static_cast<unsigned>(_mm_movemask_epi8(_mm_cmpeq_epi8(bytes, _mm_set1_epi8('"'))));
    quotes |= std::uint64_t{here} << i;
  }
  plain = plain && _mm_movemask_epi8(others) == 0;
#else
  for (std::size_t i = 0; i < kBlock; ++i) {
    quotes |= std::uint64_t{text[i] == '"'} << i;
    plain = plain && text[i] >= 0x20 && text[i] < 0x80 && text[i] != '\\';
  }
#endif
  return quotes;
}

/// Place is where reading goes on; null once the text turned out not to be plain.
using Place = const std::uint8_t*;

/// Quotes are a text's quotation marks. Known a block at a time, they end strings without a look at each byte.
class Quotes {
 public:
  explicit Quotes(ByteView text) noexcept
      : block_(text.data()), next_(text.data()), end_(text.data() + text.size()) {}

  /// first_from finds the first one at `from` or behind it, which is no place before that of the last call. Null: there is
  /// none, or what is not plain comes first.
  [[nodiscard]] Place first_from(Place from) noexcept {
    const Place here = from < next_ ? first_here(from) : nullptr;
    return here ? here : first_beyond(from);
  }

 private:
  [[nodiscard]] Place first_here(Place from) const noexcept {
    const std::uint64_t rest = bits_ >> (from - block_);
    return rest != 0 ? from + std::countr_zero(rest) : nullptr;
  }

  // Not inline, since few strings reach beyond their block.
  [[nodiscard, gnu::noinline]] Place first_beyond(Place from) noexcept {
    while (next_ < end_) {
      block_ = next_;
      next_ += kBlock;
      bool plain = true;
      bits_ = find_quotes(block_, plain);
      if (!plain) return nullptr;
      if (from >= next_) continue;
      if (const Place here = first_here(std::max(from, block_))) return here;
    }
    return nullptr;
  }

  std::uint64_t bits_ = 0;
  Place block_;  // the one that they are of
  Place next_;   // the one behind it
  Place end_;
};

/// Reader writes the words that Tape (tape.h) reads. Each function reads what its name says and returns the place behind it.
/// The blank behind the text is expected nowhere, so that nothing is read past the end.
class Reader {
 public:
  Reader(ByteView text, simdjson::dom::document& into) noexcept
      : text_(text),
        quotes_(text),
        tape_(into.tape.get()),
        strings_(into.string_buf.get()),
        string_(strings_) {}

  [[nodiscard]] Result<bool> read() noexcept {
    const Place end = value(text_.data(), 1);
    if (end != text_.data() + text_.size()) {
      if (end && text_.front() == '{' && !is_blank(*end)) refuse(kMoreThanAnObject);
      return fault_ ? Result<bool>(std::unexpected(*fault_)) : false;
    }
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
    return *at == '"' ? string(at) : no_string(at, depth);
  }

  [[nodiscard, gnu::noinline]] Place no_string(Place at, std::size_t depth) noexcept {
    if (*at == '{') return object(at, depth);
    if (*at == '[') return array(at, depth);
    if (*at == 't') return literal(at, "true");
    if (*at == 'f') return literal(at, "false");
    if (*at == 'n') return literal(at, "null");
    return number(at);
  }

  // Not inline, lest each string pay for the stack that these need.
  [[nodiscard, gnu::noinline]] Place object(Place at, std::size_t depth) noexcept {
    FewNames names;
    const auto member = [&](Place name) noexcept -> Place {
      const std::size_t word = next_;
      const Place colon = *name == '"' ? string(name) : nullptr;
      if (!colon || *colon != ':') return nullptr;
      // As it stands in the text: what string() has just written is not to be had as fast.
      const std::string_view here(reinterpret_cast<const char*>(name + 1),
                                  static_cast<std::size_t>(colon - name - 2));
      const auto added = names.add(here, {tape_, strings_}, word);
      if (added == FewNames::Added::kKnown) return refuse(kNameTwice);
      return added == FewNames::Added::kNew ? value(colon + 1, depth + 1) : nullptr;
    };
    return container<'{', '}'>(at, depth, member);
  }

  [[nodiscard, gnu::noinline]] Place array(Place at, std::size_t depth) noexcept {
    return container<'[', ']'>(at, depth, [&](Place element) noexcept { return value(element, depth + 1); });
  }

  template <char open, char close>
  [[nodiscard]] Place container(Place at, std::size_t depth, auto content) noexcept {
    if (depth > kMaxDepth) return refuse(kTooDeep);
    const std::size_t start = next_++;
    std::uint64_t count = 0;
    if (*++at != close) {
      for (--at; count == 0 || *at == ','; ++count) {
        at = content(at + 1);
        if (!at) return nullptr;
      }
      if (*at != close) return nullptr;
    }
    put(close, start);
    tape_[start] = word(open, next_ | count << 32);
    return at + 1;
  }

  [[nodiscard]] Place string(Place quote) noexcept {
    const Place from = quote + 1;
    const Place end = quotes_.first_from(from);
    if (!end) return nullptr;
    std::uint8_t* const to = string_ + sizeof(std::uint32_t);
    const auto size = static_cast<std::uint32_t>(end - from);
    put('"', static_cast<std::uint64_t>(string_ - strings_));
    std::memcpy(string_, &size, sizeof size);
    // What is copied too much is overwritten.
    for (std::size_t i = 0; i < size; i += kStride) std::memcpy(to + i, from + i, kStride);
    to[size] = 0;
    string_ = to + size + 1;
    return end + 1;
  }

  /// A whole number that fits: no sign, no fraction, no exponent, at most 18 digits. What must not follow fails at the
  /// comma or bracket that should.
  [[nodiscard]] Place number(Place at) noexcept {
    const Place start = at;
    std::uint64_t value = 0;
    for (const Place end = start + 18; at != end; ++at) {
      const unsigned digit = *at - unsigned{'0'};
      if (digit > 9) break;
      value = value * 10 + digit;
    }
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

  static constexpr bool is_blank(std::uint8_t byte) noexcept {
    return byte == ' ' || byte == '\t' || byte == '\n' || byte == '\r';
  }
  Place refuse(const Error& fault) noexcept {
    fault_ = &fault;
    return nullptr;
  }

  const ByteView text_;
  const Error* fault_ = nullptr;
  Quotes quotes_;
  std::uint64_t* const tape_;
  std::uint8_t* const strings_;
  std::uint8_t* string_;  // where the next one goes
  std::size_t next_ = 1;  // the word to be written next; the first is written last
};

}  // namespace

Result<bool> read_plain(ByteView text, simdjson::dom::document& into) noexcept {
  return Reader(text, into).read();
}

}  // namespace signet::json
