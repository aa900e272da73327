// Waiting until the verifiers have applied a revocation.
#pragma once

#include <chrono>

#include "cli/api.h"

namespace signet::cli {

/// await_verifiers asks how far `revocation`, the issuer's answer to a revocation, has got, until all verifiers
/// that could still accept what was revoked have applied it, or `patience` is over; then it returns the last
/// answer. It does not wait for the first verifier to be heard of. On a terminal it shows a progress line
/// meanwhile. It needs no session: the revocation may have ended the asker's own.
[[nodiscard]] OrTrouble<Answer> await_verifiers(const Api& api, const Answer& revocation,
                                                std::chrono::seconds patience);

/// is_applied_by_all reads what await_verifiers returned: at least one verifier has applied it, and none is
/// missing.
[[nodiscard]] bool is_applied_by_all(const Answer& progress);

/// print_applied says so: "applied by 3 of 3 verifiers in 41 ms", and on standard error who has not, and until
/// when each of those could accept what was revoked, or that there is nobody who could tell.
void print_applied(const Answer& progress);

}  // namespace signet::cli
