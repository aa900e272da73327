// signet_options from the inside.
#pragma once

#include <optional>

#include "c/boundary.h"
#include "signet/guard.h"
#include "signet/verifier.h"

struct signet_options {
  signet::GuardOptions values{};
  bool has_guards_own = false;             // one of those that a verifier could not obey
  std::optional<signet::Error> mistake{};  // the first that was made in setting them
};

namespace signet::c {

/// guard_options are those of a guard; the mistake, if one was made.
[[nodiscard]] Result<GuardOptions> guard_options(const signet_options* options);

/// policy_of makes a verifier's policy. kInvalidArgument also for options that only a guard obeys.
[[nodiscard]] Result<Policy> policy_of(const signet_options* options);

}  // namespace signet::c
