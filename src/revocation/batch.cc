#include "revocation/batch.h"

#include <algorithm>

#include "base/try.h"
#include "json/document.h"
#include "json/writer.h"
#include "revocation/claims.h"
#include "revocation/status_list.h"
#include "token/jws.h"

namespace signet::revocation {
namespace {

Result<ListRange> read_range(Json claims) {
  const auto value = claims.member("lists");
  if (!value || value->type() != Json::Type::kArray) return fail(Errc::kMalformed, "a batch without lists");
  json::Walk end(*value);
  if (!end.next()) return fail(Errc::kMalformed, "lists is not first and last");
  TRY(first, integer(end.value(), 0, kMaxList));
  if (!end.next()) return fail(Errc::kMalformed, "lists is not first and last");
  TRY(last, integer(end.value(), first, std::min(kMaxList, first + kMaxLists - 1)));
  if (end.next()) return fail(Errc::kMalformed, "lists is not first and last");
  return ListRange{first, last};
}

Result<void> read_indices(Json array, std::vector<std::uint32_t>& out, std::size_t& count) {
  if (array.type() != Json::Type::kArray)
    return fail(Errc::kMalformed, "the indices of a list are not an array");
  for (json::Walk element(array); element.next();) {
    if (++count > kMaxIndices) return fail(Errc::kMalformed, "a batch of more than 10,000 revocations");
    TRY(index, integer(element.value(), 0, kListSize - 1));
    out.push_back(static_cast<std::uint32_t>(index));
  }
  if (out.empty()) return fail(Errc::kMalformed, "a list without indices");
  return {};
}

Result<void> read_revoked(Json claims, Batch& batch) {
  TRY(revoked, object_claim(claims, "revoked"));
  std::size_t count = 0;
  for (json::Walk member(revoked); member.next();) {
    const auto list = read_list_number(member.name());
    if (!list || *list < batch.lists.first || *list > batch.lists.last) {
      return fail(Errc::kMalformed, "revocations in what is no live list");
    }
    TRY_DO(read_indices(member.value(), batch.revoked[*list], count));
  }
  // Every revocation has a number of its own.
  if (count > batch.seq - batch.after)
    return fail(Errc::kMalformed, "more revocations than numbers for them");
  return {};
}

}  // namespace

bool is_epoch(std::string_view text) noexcept {
  const auto is_allowed = [](char c) {
    return (c >= '0' && c <= '9') || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '-' || c == '_';
  };
  return !text.empty() && text.size() <= kMaxEpoch && std::ranges::all_of(text, is_allowed);
}

std::string write_batch(const Batch& batch, std::string_view issuer) {
  json::Writer claims;
  claims.begin_object()
      .member("iss", issuer)
      .member("iat", unix_seconds(batch.issued_at))
      .member("epoch", batch.epoch)
      .member("after", batch.after)
      .member("seq", batch.seq)
      .key("revoked")
      .begin_object();
  for (const auto& [list, indices] : batch.revoked) {
    claims.key(std::to_string(list)).begin_array();
    for (const std::uint32_t index : indices) claims.integer(index);
    claims.end_array();
  }
  claims.end_object().key("lists").begin_array();
  claims.integer(static_cast<std::int64_t>(batch.lists.first))
      .integer(static_cast<std::int64_t>(batch.lists.last));
  claims.end_array().member("keys", batch.keys);
  if (batch.more) claims.member("more", true);
  return claims.end_object().take();
}

Result<Batch> read_batch(Json claims) {
  Batch batch;
  TRY(iat, integer_claim(claims, "iat", 0, kMaxCounter));
  TRY(epoch, epoch_claim(claims));
  TRY(seq, integer_claim(claims, "seq", 0, kMaxCounter));
  TRY(after, integer_claim(claims, "after", 0, seq));
  TRY(lists, read_range(claims));
  TRY(keys, integer_claim(claims, "keys", 0, kMaxCounter));
  batch.issued_at = from_unix(static_cast<std::int64_t>(iat));
  batch.epoch = epoch;
  batch.after = after;
  batch.seq = seq;
  batch.lists = lists;
  batch.keys = keys;
  if (const auto more = claims.member("more")) {
    const auto truth = more->as_bool();
    if (!truth) return fail(Errc::kMalformed, "more is not a truth value");
    batch.more = *truth;
  }
  TRY_DO(read_revoked(claims, batch));
  return batch;
}

Result<Batch> verify_batch(std::string_view jws, const KeySet& keys, std::string_view issuer) {
  TRY(document, token::verify_statement(jws, keys, kBatchType, issuer));
  return read_batch(json::root(*document));
}

}  // namespace signet::revocation
