// RevocationSet is what a verifier knows of an issuer's revocations: one bit for each session, in lists of 2^20
// (docs/revocation-feed.md). A Guard (guard.h) keeps one up to date by itself.
//
//   auto token = verifier.verify(text, keys, now);
//   if (!token) return refuse(token.error());
//   if (auto good = revocations.check(*token); !good) return refuse(good.error());
//
// A set is an immutable snapshot: cheap to copy, safe to read from many threads, replaced as a whole.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "signet/export.h"
#include "signet/result.h"
#include "signet/token.h"

namespace signet {

class SIGNET_API RevocationSet {
 public:
  /// kListSize is how many indices a list holds.
  static constexpr std::uint64_t kListSize = 1U << 20;
  /// Bits are those of one list: index i is bit i % 8, the least significant first, of byte i / 8.
  using Bits = std::array<std::uint8_t, kListSize / 8>;
  using List = std::shared_ptr<const Bits>;

  /// Slot is a token's place among all of its issuer's lists, found once and then good for any of its sets: what to
  /// remember of a token that will be checked again.
  struct Slot {
    std::uint64_t index;  // list * kListSize + index in the list
  };

  /// check tells whether a token is still good. kRevoked: its session was ended, or its list is one that the issuer
  /// has closed for good; kStale: its list is newer than this set, which is out of touch; kMalformed: it does
  /// not say where its revocation would stand, or names a place that is none of this issuer's lists. Whatever cannot
  /// be looked up is refused.
  [[nodiscard]] Result<void> check(const VerifiedToken& token) const noexcept {
    return check(token.status());
  }
  [[nodiscard]] Result<void> check(const std::optional<StatusReference>& status) const noexcept;
  [[nodiscard]] Result<void> check(Slot slot) const noexcept;

  /// slot finds the place that a status reference names; nothing when it is none of this issuer's lists: another URI,
  /// or an index beyond a list's end.
  [[nodiscard]] std::optional<Slot> slot(const StatusReference& status) const noexcept;

  /// is_revoked is one bit test. True also for whatever lies outside the lists that this set knows.
  [[nodiscard]] bool is_revoked(Slot slot) const noexcept {
    const std::uint64_t position = slot.index - first_ * kListSize;  // wraps round for lists before the first
    if (position / kListSize >= lists_.size()) return true;
    const Bits& bits = *lists_[position / kListSize];
    return (bits[position % kListSize / 8] >> position % 8 & 1) != 0;
  }

  /// The lists that the issuer keeps, first to last, both included.
  [[nodiscard]] std::uint64_t first() const noexcept { return first_; }
  [[nodiscard]] std::uint64_t last() const noexcept { return first_ + lists_.size() - 1; }
  [[nodiscard]] const std::vector<List>& lists() const noexcept { return lists_; }

  /// revoked counts the bits that are set; it reads all of them.
  [[nodiscard]] std::uint64_t revoked() const noexcept;

  /// bytes is the memory that the lists take; those without a revocation take none.
  [[nodiscard]] std::size_t bytes() const noexcept;

  /// For the library itself: `issuer` is the tokens' `iss`; `lists` holds at least one, and no null.
  RevocationSet(std::string_view issuer, std::uint64_t first, std::vector<List> lists);

 private:
  std::string prefix_;  // what the URIs of the issuer's lists begin with
  std::uint64_t first_;
  std::vector<List> lists_;
};

}  // namespace signet
