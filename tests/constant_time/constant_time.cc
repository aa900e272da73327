// Runs under valgrind, which is told that a secret is memory nobody has written to: from then on it reports
// every branch and every address that depends on it. What it does not report takes the same time, and leaves
// the same traces, whatever the secret is. run.py calls this with the name of a case.
#include <valgrind/memcheck.h>

#include <algorithm>
#include <cstdio>
#include <string_view>

#include "crypto/random.h"
#include "crypto/scheme.h"

namespace {

using namespace signet;

const Bytes kGuess(32, 0x5a);

void hide(ByteView secret) {
  static_cast<void>(VALGRIND_MAKE_MEM_UNDEFINED(secret.data(), secret.size()));
}

/// The outcome is no secret any more: it is what the caller acts on.
bool reveal(bool outcome) {
  static_cast<void>(VALGRIND_MAKE_MEM_DEFINED(&outcome, sizeof outcome));
  return outcome;
}

// RFC 7518 §3.2: "The comparison of the computed HMAC value to the JWS Signature value MUST be done in a
// constant-time manner to thwart timing attacks." RFC 7515 §10.9-1. The key's own way through the hash is
// watched too.
bool verify_mac(crypto::Hash hash) {
  crypto::OctNumbers numbers{crypto::random_secret(64)};
  hide(numbers.k.view());
  const crypto::SchemePtr hmac = *crypto::make_hmac(numbers, hash);
  const Bytes guess(crypto::digest_size(hash), 0x5a);
  return reveal(hmac->verify(as_bytes("some token"), guess));
}

bool compare_secrets() {
  const Secret secret = crypto::random_secret(kGuess.size());
  hide(secret.view());
  return reveal(crypto::equal(secret.view(), kGuess));
}

/// What must be reported, or else this shows nothing: a comparison that stops at the first difference.
bool compare_in_a_hurry() {
  const Secret secret = crypto::random_secret(kGuess.size());
  hide(secret.view());
  return reveal(std::equal(kGuess.begin(), kGuess.end(), secret.view().begin()));
}

}  // namespace

int main(int count, char** arguments) {
  const std::string_view name = count == 2 ? arguments[1] : "";
  if (RUNNING_ON_VALGRIND == 0) {
    std::fputs("this shows something under valgrind only\n", stderr);
    return 2;
  }
  bool matches = true;  // a random secret is not the guess
  if (name == "ours") {
    matches = verify_mac(crypto::Hash::kSha256) || verify_mac(crypto::Hash::kSha384) ||
              verify_mac(crypto::Hash::kSha512) || compare_secrets();
  }
  if (name == "hurry") matches = compare_in_a_hurry();
  return matches ? 3 : 0;
}
