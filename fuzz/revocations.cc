// A batch of the revocation feed, and a snapshot of what a verifier knows: what is accepted keeps to its bounds, reads back the same,
// and never takes back a revocation.
#include "fuzz.h"
#include "json/document.h"
#include "revocation/follower.h"

namespace {

using namespace signet;
using namespace signet::revocation;

constexpr Time kNow = from_unix(1'700'000'000);
constexpr std::string_view kIssuer = "https://auth.example";

/// A verifier that stands at 100 of the epoch e1, with one list in which the first index is revoked.
Follower started() {
  Follower follower{std::string(kIssuer)};
  auto bits = std::make_shared<Bits>();
  bits->front() = 1;
  const Batch anchor{.issued_at = kNow - std::chrono::seconds(9),
                     .epoch = "e1",
                     .after = 100,
                     .seq = 100,
                     .revoked = {},
                     .lists = {0, 0}};
  fuzz::require(follower.take(anchor, kNow).has_value());
  const SignedList list{list_uri(kIssuer, 0), kNow, kNow, std::chrono::seconds(60), "e1", 100,
                        std::move(bits)};
  fuzz::require(follower.take(list, kNow).has_value());
  return follower;
}

void check_batch(const Batch& batch) {
  std::size_t count = 0;
  for (const auto& [list, indices] : batch.revoked) {
    fuzz::require(list >= batch.lists.first && list <= batch.lists.last && !indices.empty());
    count += indices.size();
  }
  fuzz::require(count <= kMaxIndices && batch.after <= batch.seq);
  const auto again = json::parse_object(write_batch(batch, kIssuer));
  fuzz::require(again && *read_batch(json::root(**again)) == batch);

  Follower follower = started();
  const Position before = follower.position();
  if (!follower.take(batch, kNow)) fuzz::require(follower.position() == before);
  fuzz::require(follower.set()->is_revoked(RevocationSet::Slot{0}));
  fuzz::require(follower.position().epoch == before.epoch && follower.position().seq >= before.seq);
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  if (const auto restored = Follower::restore({data, size}, std::string(kIssuer)); !restored) {
    fuzz::require_plain_refusal(restored.error());
  }
  const auto claims = json::parse_object(fuzz::text(data, size));
  if (!claims) return 0;
  const auto batch = read_batch(json::root(**claims));
  if (batch) {
    check_batch(*batch);
  } else {
    fuzz::require_plain_refusal(batch.error());
  }
  return 0;
}
