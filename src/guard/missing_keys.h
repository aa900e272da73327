// When to ask the issuer for a key that a token names and the set in force lacks: soon, since its keys may have
// changed; but anybody can make such tokens up, so seldom, and never twice for the same.
#pragma once

#include <chrono>
#include <cstdint>
#include <mutex>
#include <string>
#include <string_view>
#include <unordered_set>

namespace signet::guard {

/// kCoolDown is the least time between two fetches, whatever tokens arrive.
inline constexpr std::chrono::seconds kCoolDown{5};

/// kLongestCoolDown is what it grows to while tokens keep naming keys that do not exist: it doubles with each fetch that was
/// made for them in vain.
inline constexpr std::chrono::seconds kLongestCoolDown{60};

/// MissingKeys remembers which keys were asked for and which of them the issuer does not have. Keys are known by the
/// token's encoded header, which names them: comparing it needs no parsing. Safe to call from many threads.
class MissingKeys {
 public:
  /// ask notes that a token came with this header. True when it is the first since the last begin, and not known to ask in
  /// vain: the caller sees to it that a fetch is made.
  [[nodiscard]] bool ask(std::string_view header);

  /// is_wanted tells whether somebody asked since the last begin.
  [[nodiscard]] bool is_wanted() const;

  /// cool_down is how long after the last fetch the next one may be made for those who asked.
  [[nodiscard]] std::chrono::seconds cool_down() const;

  /// begin is called before a fetch, which serves all who asked until now, and end after it. What the fetch brought: no
  /// answer, the same keys again, or others.
  enum class Outcome : std::uint8_t { kFailed, kSame, kChanged };
  void begin();
  void end(Outcome outcome);

 private:
  using Headers = std::unordered_set<std::string>;

  mutable std::mutex mutex_;  // guards the rest
  bool is_wanted_ = false;
  bool is_for_them_ = false;  // the fetch under way was asked for
  Headers asked_;             // since the last begin, as many as are remembered
  Headers served_;            // by the fetch under way
  Headers absent_;            // an answer lacked them
  std::chrono::seconds cool_down_ = kCoolDown;
};

}  // namespace signet::guard
