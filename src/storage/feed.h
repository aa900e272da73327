// What the transactions that end sessions have to do with the feed of revocations. For storage/ alone.
#pragma once

#include <soci/soci.h>

#include <string_view>

#include "storage/store.h"

namespace signet::storage::sql {

/// note_revoked writes down that the sessions whose column (`condition`: "id", "user_id") is `value` are revoked, one event for
/// each that has not ended yet, and returns how many. To be called before they are marked as ended.
std::int64_t note_revoked(soci::session& session, std::string_view condition, std::string_view value);

/// note_key_change writes down that the published keys changed: one event, and another version, which is the second of the
/// change, times kKeyVersions, or one more than the last. So none comes twice, not even in a store that takes the place of
/// another.
void note_key_change(soci::session& session, Time now);

/// check_status_index fails with kConflict for an index that is not of a live list, or was never given out.
Result<void> check_status_index(soci::session& session, std::int64_t index);

}  // namespace signet::storage::sql
