#include "server/list_statements.h"

#include "base/try.h"
#include "token/jws.h"

namespace signet::server {
namespace {

/// One that is older is signed anew, so that who fetches it has it for a while; and one that is so many events behind, so
/// that the feed still has what follows.
constexpr std::chrono::seconds kSignedAnew{30};
constexpr std::uint64_t kEventsBehind = 10'000;

}  // namespace

Result<ListStatements::Deflated> ListStatements::deflated(std::uint64_t list, std::uint64_t changed) {
  const auto known = deflated_.find(list);
  if (known != deflated_.end() && known->second.changed >= changed) {
    // Nothing of it has changed since: so it is good up to now.
    Deflated now = known->second;
    const auto head = log_.now().position;
    if (log_.changed(list) == now.changed) now.position = head;
    return now;
  }
  const auto state = log_.list(list);
  if (!state) return fail(Errc::kNotFound, "no such status list");
  Deflated fresh{.position = state->position,
                 .changed = state->changed,
                 .bits = state->bits,
                 .stream = std::make_shared<const Bytes>(revocation::deflate_list(*state->bits))};
  deflated_[list] = fresh;
  return fresh;
}

bool ListStatements::is_good(const Signed& known, const Key& key, std::uint64_t changed, Time now) const {
  if (known.kid != key.kid() || log_.now().position.seq >= known.seq + kEventsBehind) return false;
  // One a second of each at most, however fast it changes: it says up to which event it is good.
  if (now == known.issued_at) return true;
  return known.changed >= changed && now > known.issued_at && now < known.issued_at + kSignedAnew;
}

void ListStatements::forget_dropped() {
  const std::uint64_t first = log_.now().lists.first;
  deflated_.erase(deflated_.begin(), deflated_.lower_bound(first));
  signed_.erase(signed_.begin(), signed_.lower_bound({first, ""}));
}

Result<std::shared_ptr<const std::string>> ListStatements::statement(std::uint64_t list,
                                                                     const std::string& audience, Time now) {
  TRY(key, keys_.key_for(audience));
  const std::lock_guard lock(mutex_);
  forget_dropped();
  const auto changed = log_.changed(list);
  if (!changed) return fail(Errc::kNotFound, "no such status list");
  Signed& known = signed_[{list, audience}];
  if (known.text && is_good(known, key, *changed, now)) return known.text;
  TRY(content, deflated(list, *changed));
  const revocation::SignedList said{.uri = revocation::list_uri(issuer_, list),
                                    .issued_at = now,
                                    .expires_at = now + kLifetime,
                                    .ttl = kTtl,
                                    .epoch = content.position.epoch,
                                    .seq = content.position.seq,
                                    .bits = content.bits};
  TRY(text, token::sign_statement(key, revocation::kStatusListType,
                                  revocation::write_list(said, *content.stream, issuer_)));
  known = {.text = std::make_shared<const std::string>(std::move(text)),
           .changed = content.changed,
           .seq = content.position.seq,
           .issued_at = now,
           .kid = key.kid()};
  return known.text;
}

}  // namespace signet::server
