#include "cli/key_file.h"

#include <algorithm>

#include "base/try.h"

namespace signet::cli {

OrTrouble<std::optional<Algorithm>> parse_alg(const std::optional<std::string>& name) {
  if (!name) return std::nullopt;
  const auto algorithm = parse_algorithm(*name);
  if (!algorithm) {
    return misused("--alg " + *name +
                       " is not an algorithm of Signet's: use one of HS256, HS384, HS512, RS256, RS384, "
                       "RS512, PS256, PS384, PS512, ES256, ES384, ES512, ES256K, Ed25519",
                   Errc::kUnsupported);
  }
  return *algorithm;
}

OrTrouble<Keys> read_keys(const KeyOptions& options, Input& input) {
  TRY(algorithm, parse_alg(options.algorithm));
  TRY(text, input.read(options.file));
  return Keys{options.file, KeySet::from_text(text, algorithm)};
}

Trouble why_refused(const Keys& keys) {
  return {Exit::kRefused, keys.set.error().code, keys.source + ": " + keys.set.error().what};
}

OrTrouble<KeySet> read_key_set(const KeyOptions& options, Input& input) {
  TRY(keys, read_keys(options, input));
  if (!keys.set) return std::unexpected(why_refused(keys));
  return std::move(*keys.set);
}

OrTrouble<Key> read_signing_key(const KeyOptions& options, Input& input) {
  TRY(set, read_key_set(options, input));
  const auto can_sign = [](const Key& key) { return key.can_sign(); };
  const auto key = std::find_if(set.keys().begin(), set.keys().end(), can_sign);
  if (key == set.keys().end()) {
    return refused(Errc::kInvalidArgument,
                   options.file +
                       ": no private key that may sign: a public key verifies only, and `use` or `key_ops` "
                       "can forbid signing");
  }
  if (std::count_if(set.keys().begin(), set.keys().end(), can_sign) > 1) {
    return refused(Errc::kInvalidArgument, options.file +
                                               ": several keys that can sign: put the one to use into a file "
                                               "of its own");
  }
  return *key;
}

}  // namespace signet::cli
