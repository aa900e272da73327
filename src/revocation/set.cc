#include <algorithm>
#include <bit>

#include "base/try.h"
#include "revocation/status_list.h"

namespace signet {

using revocation::no_revocations;

RevocationSet::RevocationSet(std::string_view issuer, std::uint64_t first, std::vector<List> lists)
    : prefix_(revocation::list_uri_prefix(issuer)), first_(first), lists_(std::move(lists)) {}

Result<void> RevocationSet::check(const std::optional<StatusReference>& status) const noexcept {
  if (!status) return fail(Errc::kMalformed, "the token does not say where its revocation would stand");
  const std::optional<Slot> found = slot(*status);
  if (!found) return fail(Errc::kMalformed, "the token's status list is none of this issuer's");
  return check(*found);
}

Result<void> RevocationSet::check(Slot slot) const noexcept {
  if (!is_revoked(slot)) return {};
  if (slot.index / kListSize > last()) {
    return fail(Errc::kStale, "the token's status list is newer than what is known of revocations");
  }
  return fail(Errc::kRevoked, "the session was revoked");
}

std::optional<RevocationSet::Slot> RevocationSet::slot(const StatusReference& status) const noexcept {
  // Token Status List §8.3-4: an index out of bounds.
  if (!status.uri.starts_with(prefix_) || status.index >= kListSize) return std::nullopt;
  const auto list = revocation::read_list_number(status.uri.substr(prefix_.size()));
  if (!list) return std::nullopt;
  return Slot{*list * kListSize + status.index};
}

std::uint64_t RevocationSet::revoked() const noexcept {
  std::uint64_t count = 0;
  for (const List& list : lists_) {
    if (list == no_revocations()) continue;
    for (const std::uint8_t byte : *list) count += static_cast<std::uint64_t>(std::popcount(byte));
  }
  return count;
}

std::size_t RevocationSet::bytes() const noexcept {
  const auto own = std::ranges::count_if(lists_, [](const List& list) { return list != no_revocations(); });
  return static_cast<std::size_t>(own) * sizeof(Bits) + lists_.capacity() * sizeof(List);
}

}  // namespace signet
