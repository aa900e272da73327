// A follower's state as bytes: one line of text that says which format it is, one line of JSON, then for each list a byte that
// is 0 (no revocations) or 1 (its bits follow), and the SHA-256 of all that. The digest is against a torn write or a bad disk: whoever
// can write to the folder can write any state.
#include <algorithm>

#include "base/try.h"
#include "crypto/hash.h"
#include "json/document.h"
#include "json/writer.h"
#include "revocation/claims.h"
#include "revocation/follower.h"

namespace signet::revocation {
namespace {

constexpr std::string_view kFormat = "signet revocations 1\n";
constexpr std::size_t kMaxHead = 4096;

void append(Bytes& out, ByteView bytes) {
  out.insert(out.end(), bytes.begin(), bytes.end());
}

/// The text without its digest. kMalformed when that does not fit.
Result<std::string_view> undamaged(ByteView snapshot) {
  const std::size_t size = crypto::digest_size(crypto::Hash::kSha256);
  if (snapshot.size() < size) return fail(Errc::kMalformed, "a snapshot that was cut short");
  const ByteView body = snapshot.first(snapshot.size() - size);
  const crypto::Digest digest = crypto::digest(crypto::Hash::kSha256, body);
  if (!std::ranges::equal(digest.view(), snapshot.last(size))) {
    return fail(Errc::kMalformed, "a snapshot that is damaged");
  }
  return as_text(body);
}

Result<List> take_list(std::string_view& rest) {
  const char kind = rest.empty() ? '?' : rest.front();
  if (kind != '\0' && (kind != '\1' || rest.size() <= sizeof(Bits))) {
    return fail(Errc::kMalformed, "a snapshot whose lists do not fit");
  }
  rest.remove_prefix(1);
  if (kind == '\0') return no_revocations();
  auto bits = std::make_shared<Bits>();
  std::ranges::copy(as_bytes(rest.substr(0, sizeof(Bits))), bits->begin());
  rest.remove_prefix(sizeof(Bits));
  return bits;
}

Result<std::vector<List>> read_lists(std::string_view rest, std::uint64_t count) {
  std::vector<List> lists;
  for (std::uint64_t i = 0; i < count; ++i) {
    TRY(list, take_list(rest));
    lists.push_back(std::move(list));
  }
  if (!rest.empty()) return fail(Errc::kMalformed, "a snapshot with something after its end");
  return lists;
}

Result<Time> time_claim(Json head, std::string_view name) {
  TRY(seconds, integer_claim(head, name, 0, kMaxCounter));
  return from_unix(static_cast<std::int64_t>(seconds));
}

}  // namespace

Bytes Follower::snapshot() const {
  json::Writer head;
  head.begin_object()
      .member("iss", issuer_)
      .member("epoch", position_.epoch)
      .member("seq", position_.seq)
      .member("fresh_at", unix_seconds(fresh_at_))
      .member("iat", unix_seconds(newest_iat_))
      .member("keys", keys_)
      .member("first", set_->first())
      .member("last", set_->last())
      .end_object();
  Bytes out;
  append(out, as_bytes(kFormat));
  append(out, as_bytes(head.take()));
  out.push_back('\n');
  for (const List& list : set_->lists()) {
    const bool is_empty = list == no_revocations();
    out.push_back(is_empty ? 0 : 1);
    if (!is_empty) append(out, *list);
  }
  append(out, crypto::digest(crypto::Hash::kSha256, out).view());
  return out;
}

Result<Follower> Follower::restore(ByteView snapshot, std::string issuer) {
  TRY(rest, undamaged(snapshot));
  if (!rest.starts_with(kFormat)) return fail(Errc::kMalformed, "a snapshot in another format");
  rest.remove_prefix(kFormat.size());
  const std::size_t end = rest.find('\n');
  if (end == rest.npos || end > kMaxHead) return fail(Errc::kMalformed, "a snapshot without a head");
  TRY(document, json::parse_object(rest.substr(0, end)));
  const Json head = json::root(*document);
  TRY(iss, text_claim(head, "iss"));
  if (iss != issuer) return fail(Errc::kMalformed, "a snapshot of another issuer's revocations");
  TRY(epoch, epoch_claim(head));
  TRY(seq, integer_claim(head, "seq", 0, kMaxCounter));
  TRY(keys, integer_claim(head, "keys", 0, kMaxCounter));
  TRY(fresh_at, time_claim(head, "fresh_at"));
  TRY(iat, time_claim(head, "iat"));
  TRY(first, integer_claim(head, "first", 0, kMaxList));
  TRY(last, integer_claim(head, "last", first, std::min(kMaxList, first + kMaxLists - 1)));
  TRY(lists, read_lists(rest.substr(end + 1), last - first + 1));

  Follower follower(std::move(issuer));
  follower.position_ = {std::string(epoch), seq};
  follower.fresh_ = fresh_at;
  follower.fresh_at_ = fresh_at;
  follower.newest_iat_ = iat;
  follower.newest_epoch_ = epoch;
  follower.keys_ = keys;
  follower.set_ = std::make_shared<const RevocationSet>(follower.issuer_, first, std::move(lists));
  return follower;
}

}  // namespace signet::revocation
