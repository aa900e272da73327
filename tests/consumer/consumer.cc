// Somebody else's API in C++: consumer ISSUER AUDIENCE AUTHORIZATION KEY_FILE. Takes every public header along.
#include <signet/guard.h>
#include <signet/json.h>
#include <signet/key.h>
#include <signet/result.h>
#include <signet/signer.h>
#include <signet/signet.h>
#include <signet/time.h>
#include <signet/token.h>
#include <signet/verifier.h>

#include <cstdio>

int main(int argc, char** argv) {
  if (argc != 5) return 2;
  const auto guard = signet::Guard::open({.issuer = argv[1], .audience = argv[2], .key_file = argv[4]});
  if (!guard) return std::fprintf(stderr, "no guard: %s\n", guard.error().what), 1;
  const auto token = guard->check(argv[3]);
  if (!token) return std::printf("%d\n", signet::http_status(token.error().code)), 1;
  const auto plan = token->string("plan").value_or("none");
  std::printf("%.*s, plan %.*s\n200\n", static_cast<int>(token->subject().size()), token->subject().data(),
              static_cast<int>(plan.size()), plan.data());
}
