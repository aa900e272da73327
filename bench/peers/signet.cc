// Signet as an API holds it: a guard, with and without its cache of verified tokens.
//   peer_signet FOLDER SECONDS cached|uncached
#include "signet/guard.h"

#include "drive.h"

using namespace signet::bench;

namespace {

signet::Guard open_guard(const Subject& subject, bool cached) {
  signet::GuardOptions options{
      .issuer = kIssuer, .audience = kAudience, .token_cache = cached, .type = "JWT"};
  if (subject.algorithm == "HS256") {
    options.shared_secret = subject.key;
  } else {
    options.key_pem = subject.key;
    if (subject.algorithm == "RS256") options.algorithm = signet::Algorithm::kRS256;
  }
  auto guard = signet::Guard::open(std::move(options));
  if (!guard) std::fprintf(stderr, "%s\n", guard.error().what), std::exit(1);
  return *std::move(guard);
}

}  // namespace

int main(int argc, char** argv) {
  const bool cached = argc == 4 && std::string(argv[3]) == "cached";
  return drive(argc, argv, [&](const Subject& subject) {
    return [guard = open_guard(subject, cached)](const std::string& text) {
      const auto token = guard.check_token(text);
      return token && !token->subject().empty() && token->string("plan") == "gold";
    };
  });
}
