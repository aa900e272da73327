#include "signet/verifier.h"

#include "c/options.h"

using namespace signet::c;
using signet::Errc;
using signet::fail;
using signet::Result;

struct signet_keys {
  signet::KeySet keys;
};

struct signet_verifier {
  signet::Verifier verifier;
};

signet_code signet_keys_load(const char* text, size_t length, const char* algorithm, signet_keys** keys,
                             const char** why) {
  if (keys) *keys = nullptr;
  return at_boundary(why, [&]() -> Result<void> {
    if (!text || !keys) return std::unexpected(kNullArgument);
    std::optional<signet::Algorithm> for_those_without;
    if (algorithm) {
      TRY(named, signet::parse_algorithm(algorithm));
      for_those_without = named;
    }
    TRY(loaded, signet::KeySet::from_text(given(text, length), for_those_without));
    *keys = new signet_keys{std::move(loaded)};
    return {};
  });
}

void signet_keys_free(signet_keys* keys) {
  delete keys;
}

size_t signet_keys_count(const signet_keys* keys) {
  return keys ? keys->keys.keys().size() : 0;
}

signet_code signet_keys_thumbprint(const signet_keys* keys, size_t index, char thumbprint[44]) {
  if (thumbprint) *thumbprint = '\0';
  return at_boundary(nullptr, [&]() -> Result<void> {
    if (!keys || !thumbprint) return std::unexpected(kNullArgument);
    if (index >= keys->keys.keys().size()) return fail(Errc::kNotFound, "no such key");
    const std::string text = keys->keys.keys()[index].thumbprint();
    if (text.size() != 43) return fail(Errc::kInternal, "a thumbprint that is no SHA-256");
    std::memcpy(thumbprint, text.c_str(), text.size() + 1);
    return {};
  });
}

signet_code signet_verifier_new(const signet_options* options, signet_verifier** verifier, const char** why) {
  if (verifier) *verifier = nullptr;
  return at_boundary(why, [&]() -> Result<void> {
    if (!verifier) return std::unexpected(kNullArgument);
    TRY(policy, policy_of(options));
    *verifier = new signet_verifier{signet::Verifier(std::move(policy))};
    return {};
  });
}

void signet_verifier_free(signet_verifier* verifier) {
  delete verifier;
}

signet_code signet_verifier_verify(const signet_verifier* verifier, const signet_keys* keys, int64_t now,
                                   const char* text, size_t length, signet_token** token, const char** why) {
  if (token) *token = nullptr;
  return at_boundary(why, [&]() -> Result<void> {
    if (!verifier || !keys || !text || !token) return std::unexpected(kNullArgument);
    constexpr std::int64_t kLatest = std::int64_t{1}
                                     << 60;  // beyond all that a token can say, and safe to add to
    if (now < 0 || now > kLatest) return fail(Errc::kInvalidArgument, "a time out of range");
    return hand_over_token(verifier->verifier.verify(given(text, length), keys->keys, signet::from_unix(now)),
                           token);
  });
}
