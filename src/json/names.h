// No two members of an object have the same name, unescaped. RFC 7515 §4: "The Header Parameter names within the JOSE
// Header MUST be unique"; RFC 7519 §4-1 says the same of claims, RFC 7517 §4-1 of keys, RFC 7517 §5-2 of sets; RFC 7515
// §5.3-1, RFC 7519 §7.3-1: unescaped. For json/ alone.
#pragma once

#include <algorithm>
#include <array>

#include "json/tape.h"
#include "signet/result.h"

namespace signet::json {

/// FewNames are the names of one object that has no more members than most.
class FewNames {
 public:
  static constexpr std::size_t kRoom = 24;

  enum class Added : std::uint8_t { kNew, kKnown, kNoRoom };

  /// add takes a name, and the place of the tape where it stands.
  [[nodiscard]] Added add(std::string_view name, const Tape& tape, std::size_t at) noexcept {
    const std::uint64_t mark = std::uint64_t{1} << (hash(name) % 64);
    // Few names share a mark, so that hardly any are compared.
    if ((marks_ & mark) != 0 && is_known(tape, name)) return Added::kKnown;
    if (count_ == kRoom) return Added::kNoRoom;
    marks_ |= mark;
    places_[count_++] = at;
    return Added::kNew;
  }

 private:
  static std::size_t hash(std::string_view name) noexcept {
    if (name.empty()) return 0;
    return name.size() + 31 * static_cast<unsigned char>(name.front()) +
           7 * static_cast<unsigned char>(name.back());
  }
  [[nodiscard]] bool is_known(const Tape& tape, std::string_view name) const noexcept {
    return std::any_of(places_.data(), places_.data() + count_,
                       [&](std::size_t known) { return tape.string(known) == name; });
  }

  std::uint64_t marks_ = 0;
  std::size_t count_ = 0;
  std::array<std::size_t, kRoom> places_;  // not filled ahead, since most objects have fewer
};

inline constexpr Error kNameTwice{Errc::kMalformed, "a JSON object names a member twice"};
inline constexpr Error kTooDeep{Errc::kMalformed, "JSON that nests more than 16 levels deep"};

/// check_containers looks at every object and array of a tape: kNameTwice, or kTooDeep when they nest more than kMaxDepth
/// levels deep. simdjson keeps duplicates, and its own bound on depth does not count an innermost one
/// that is empty.
[[nodiscard]] Result<void> check_containers(const Tape& tape);

}  // namespace signet::json
