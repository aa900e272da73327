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
  return keys_of(text, options.file, algorithm, KeySet::from_text);
}

Keys keys_of(std::string_view text, std::string source, std::optional<Algorithm> algorithm, KeyReader read) {
  Keys keys{std::move(source), read(text, algorithm)};
  if (keys.set || algorithm) return keys;
  // RSA keys and secrets serve several algorithms. Whether that was the matter shows when one is named.
  for (const Algorithm guess : {Algorithm::kRS256, Algorithm::kHS256}) {
    if (read(text, guess)) {
      keys.way_out = "name the algorithm: --alg " + std::string(algorithm_name(guess)) + ", for instance";
    }
  }
  return keys;
}

Trouble why_refused(const Keys& keys) {
  const std::string what = keys.source + ": " + keys.set.error().what;
  return {Exit::kRefused, keys.set.error().code, keys.way_out.empty() ? what : what + "; " + keys.way_out};
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
