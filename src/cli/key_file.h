// Key files as people have them: a JWK, a JWKS or PEM, and `--alg` where the file does not say.
#pragma once

#include <optional>
#include <string>

#include "cli/context.h"
#include "signet/key.h"

namespace signet::cli {

/// KeyOptions is what commands that take a key have in common.
struct KeyOptions {
  std::string file;
  std::optional<std::string> algorithm;
};

/// parse_alg reads the value of `--alg`; misused when there is no such algorithm.
[[nodiscard]] OrTrouble<std::optional<Algorithm>> parse_alg(const std::optional<std::string>& name);

/// Keys are what a file held, or why that is refused: a command that answers for many tokens needs both
/// outcomes.
struct Keys {
  std::string source;  // for messages
  Result<KeySet> set;
  std::string way_out{};  // for people, when the set was refused; may be empty
};

/// read_keys fails only when there was nothing to judge: a file that cannot be read, an unknown `--alg`.
[[nodiscard]] OrTrouble<Keys> read_keys(const KeyOptions& options, Input& input);

/// keys_of hands a text to KeySet::from_text or from_jwks. A refusal for want of `--alg` names it as the way
/// out.
using KeyReader = Result<KeySet> (*)(std::string_view text, std::optional<Algorithm> algorithm);
[[nodiscard]] Keys keys_of(std::string_view text, std::string source, std::optional<Algorithm> algorithm,
                           KeyReader read);

/// why_refused says in full what is wrong with keys.set.
[[nodiscard]] Trouble why_refused(const Keys& keys);

/// read_key_set is read_keys for commands to which a refused key is the end.
[[nodiscard]] OrTrouble<KeySet> read_key_set(const KeyOptions& options, Input& input);

/// read_signing_key returns the file's one key that can sign.
[[nodiscard]] OrTrouble<Key> read_signing_key(const KeyOptions& options, Input& input);

}  // namespace signet::cli
