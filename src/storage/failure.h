// What the database throws, turned into an Error: no exception leaves this folder.
#pragma once

#include "signet/result.h"

namespace signet::storage {

/// failure_in_flight, called in a catch clause, logs the reason, never a bound value, and returns what the
/// caller of the Store learns: kConflict for a key that is taken, kInvalidArgument for a value that the
/// schema forbids, kInternal for a bug of ours, and kUnavailable for everything else.
[[nodiscard]] Error failure_in_flight() noexcept;

}  // namespace signet::storage
