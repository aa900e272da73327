// What the revocation feed says: a Batch, signed as a statement of the type revocations+jwt. docs/revocation-feed.md is the
// specification.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "signet/json.h"
#include "signet/key.h"
#include "signet/result.h"
#include "signet/time.h"

namespace signet::revocation {

/// kBatchType is the `typ` of a signed batch, and behind "application/" its media type.
inline constexpr std::string_view kBatchType = "revocations+jwt";

inline constexpr std::size_t kMaxIndices = 10'000;  // that one batch carries
inline constexpr std::uint64_t kMaxLists = 4'096;   // that are live at once: 2^32 sessions
inline constexpr std::uint64_t kMaxCounter = std::uint64_t{1}
                                             << 53;  // seq, keys: integers that JSON keeps exact
inline constexpr std::size_t kMaxEpoch = 64;         // bytes

/// Position is how far somebody has followed the feed: everything up to `seq` of `epoch`.
struct Position {
  std::string epoch;
  std::uint64_t seq = 0;
  bool operator==(const Position&) const = default;
};

/// ListRange are the live lists, both ends included.
struct ListRange {
  std::uint64_t first = 0;
  std::uint64_t last = 0;
  bool operator==(const ListRange&) const = default;
};

/// Batch holds all events after `after` up to `seq`. With after == seq it is a heartbeat, or the answer to somebody
/// who must reload the lists.
struct Batch {
  Time issued_at{};
  std::string epoch;
  std::uint64_t after = 0;
  std::uint64_t seq = 0;
  std::map<std::uint64_t, std::vector<std::uint32_t>> revoked;  // list -> indices in it
  ListRange lists;
  std::uint64_t keys = 0;  // counts the changes of the issuer's key set
  bool more =
      false;  // there were events past `seq` when this was signed: so it proves nothing about freshness
  bool operator==(const Batch&) const = default;
};

/// write_batch returns the claims of a statement.
[[nodiscard]] std::string write_batch(const Batch& batch, std::string_view issuer);

/// is_epoch tells whether a text can be one: 1 to 64 characters of base64url.
[[nodiscard]] bool is_epoch(std::string_view text) noexcept;

/// read_batch reads verified claims. kMalformed: a member of ours is missing, has the wrong type, or is out of bounds.
/// Members that it does not know are passed over.
[[nodiscard]] Result<Batch> read_batch(Json claims);

/// verify_batch reads a signed batch. Fails like token::verify_statement, and like read_batch.
[[nodiscard]] Result<Batch> verify_batch(std::string_view jws, const KeySet& keys, std::string_view issuer);

}  // namespace signet::revocation
