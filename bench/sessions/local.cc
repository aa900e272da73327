// No session store: 10,000 tokens, verified in turn by a guard that was given the key. The address is a file of tokens;
// the key lies beside it, in FILE.key. Which algorithm it is says the name: FOLDER/HS256, ...
//   session_local measure FILE SECONDS [cached]
#include <fstream>

#include "lookup.h"
#include "signet/guard.h"
#include "signet/signer.h"

using namespace signet;
using namespace signet::bench;

namespace {

constexpr std::uint64_t kTokens = 10'000;
constexpr const char* kIssuer = "https://auth.example.com";
constexpr const char* kAudience = "orders";

Algorithm algorithm_of(const std::string& path) {
  const std::string name = path.substr(path.rfind('/') + 1);
  if (name == "HS256") return Algorithm::kHS256;
  if (name == "RS256") return Algorithm::kRS256;
  if (name == "Ed25519") return Algorithm::kEd25519;
  die("which algorithm?");
}

void fill(const char* path) {
  const Key key = *Key::generate(algorithm_of(path));
  const Signer signer = *Signer::create(key);
  std::ofstream(std::string(path) + ".key") << (key.is_symmetric() ? key.jwk() : key.public_key()->jwk());
  std::ofstream tokens(path);
  for (std::uint64_t i = 0; i < kTokens; ++i) {
    Claims claims;
    claims.set("iss", kIssuer).set("sub", user_id(i)).set("aud", kAudience).set("sid", session_id(i));
    claims.set("exp", from_unix(expires_at()))
        .set("iat", from_unix(std::time(nullptr)))
        .set("jti", make_id(~i));
    claims.set("scope", kScope).set("plan", kPlan);
    tokens << *signer.sign(claims) << '\n';
  }
}

std::vector<std::string> read_tokens(const char* path) {
  std::vector<std::string> tokens;
  std::ifstream file(path);
  for (std::string line; std::getline(file, line);) tokens.push_back(line);
  if (tokens.size() != kTokens) die("there are no tokens");
  return tokens;
}

void measure_guard(const char* path, double seconds, bool cached) {
  const auto tokens = read_tokens(path);
  const auto guard = Guard::open({.issuer = kIssuer,
                                  .audience = kAudience,
                                  .key_file = std::string(path) + ".key",
                                  .token_cache = cached});
  if (!guard) die(guard.error().what);
  if (cached) {
    for (const std::string& token : tokens) (void)guard->check_token(token);
  }
  measure(seconds, 0, [&](std::uint64_t i) {
    const auto token = guard->check_token(tokens[i % kTokens]);
    return token && token->subject().size() == 22 && token->string("plan") == kPlan;
  });
}

}  // namespace

int main(int argc, char** argv) {
  const bool cached = argc == 5 && std::string_view(argv[4]) == "cached";
  return drive(argc, argv, fill,
               [cached](const char* path, double seconds) { measure_guard(path, seconds, cached); });
}
