// What each algorithm is made of. The only place that knows all of them.
#pragma once

#include <memory>

#include "crypto/numbers.h"
#include "crypto/scheme.h"
#include "signet/key.h"

namespace signet::token {

/// make_scheme binds numbers to an algorithm. kInvalidArgument: numbers of another kind or curve, or weak
/// ones.
[[nodiscard]] Result<crypto::SchemePtr> make_scheme(const crypto::KeyNumbers& numbers, Algorithm algorithm);

/// implied_algorithm is the one that the numbers leave no choice about: EC's and Ed25519's.
[[nodiscard]] std::optional<Algorithm> implied_algorithm(const crypto::KeyNumbers& numbers) noexcept;

/// generate_numbers makes a new key for an algorithm.
[[nodiscard]] Result<crypto::KeyNumbers> generate_numbers(Algorithm algorithm);

}  // namespace signet::token
