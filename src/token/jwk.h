// JSON Web Keys: RFC 7517, RFC 7518 §6, RFC 8037 §2, RFC 8812 §3; thumbprints: RFC 7638.
#pragma once

#include <optional>
#include <string>

#include "crypto/numbers.h"
#include "signet/json.h"
#include "signet/key.h"
#include "token/material.h"

namespace signet::token {

/// kMaxKid bounds key identifiers, in bytes.
inline constexpr std::size_t kMaxKid = 256;

/// read_jwk reads one key from a JSON object. `fallback` is the algorithm for keys that neither name nor
/// imply one. Fails as Key::from_jwk does.
[[nodiscard]] Result<Key> read_jwk(Json jwk, std::optional<Algorithm> fallback);

/// choose_algorithm settles which one a key has. kInvalidArgument: none, or two that differ.
[[nodiscard]] Result<Algorithm> choose_algorithm(const crypto::KeyNumbers& numbers,
                                                 std::optional<Algorithm> named,
                                                 std::optional<Algorithm> fallback);

/// write_jwk writes the key as one line of JSON, with `alg`, `kid` and `use`; private numbers only when told.
[[nodiscard]] std::string write_jwk(const KeyMaterial& key, bool with_private);

/// thumbprint hashes the required members in the order of their names, RFC 7638 §3.
[[nodiscard]] std::string thumbprint(const crypto::KeyNumbers& numbers);

}  // namespace signet::token
