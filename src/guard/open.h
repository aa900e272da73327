// Opening a guard: its options, judged, become the parts of its state.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "guard/http_client.h"
#include "signet/guard.h"

namespace signet::guard {

/// open_guard is Guard::open with the network and the clock as arguments.
[[nodiscard]] Result<Guard> open_guard(GuardOptions options, std::unique_ptr<Fetcher> fetcher,
                                       std::unique_ptr<const Clock> clock);

/// check_plain_http refuses http URLs of other hosts, unless the operator trusts that network, and what is no
/// http or https URL. kInvalidArgument.
[[nodiscard]] Result<void> check_plain_http(const std::string& url, bool trusted);

}  // namespace signet::guard
