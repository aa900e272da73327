// What a check costs an API: Guard::check on an Authorization header, and reading a claim. The names are
// ALGORITHM/KIND[/flood]. Fails when a check takes anything from the heap in our own code.
//
//   hot      one token, again and again
//   turn     10,000 tokens in turn
//   uncached the cache is off
//
// "flood": meanwhile another thread hands the same guard tokens whose kid does not exist.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <atomic>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <mutex>
#include <optional>
#include <thread>

#include "allocations.h"
#include "guard/state.h"
#include "signet/guard.h"
#include "signet/signer.h"

namespace signet::bench {
namespace {

constexpr const char* kIssuer = "https://auth.example.com";
constexpr int kTokens = 10'000;

/// A token with nine claims, as the issuer makes them.
std::string make_token(const Signer& signer, int number) {
  const Time now = system_now();
  Claims claims;
  claims.set("iss", kIssuer)
      .set("sub", "Rk3vX0mZq1uYt8sWbN" + std::to_string(100'000 + number))
      .set("aud", std::vector<std::string>{"orders", "billing"});
  claims.set("exp", now + std::chrono::hours(1)).set("iat", now).set("jti", "Zr8n0Q2xV5bT7kYmL4sJdA");
  claims.set("sid", "pW3tG6hX9cR1vB5nM8qKeQ").set("scope", "orders:read orders:write").set("plan", "gold");
  return *signer.sign(claims);
}

/// Keys plays the issuer: its JWKS, and no other answer.
class Keys final : public guard::Fetcher {
 public:
  explicit Keys(std::string jwks) : jwks_(std::move(jwks)) {}
  Result<guard::HttpAnswer> fetch(const guard::HttpRequest&) override {
    return guard::HttpAnswer{200, "application/jwk-set+json", "", {}, jwks_};
  }

 private:
  std::string jwks_;
};

/// Subject is one algorithm: a key, the tokens made with it, and the guards that check them.
class Subject {
 public:
  explicit Subject(Algorithm algorithm) : algorithm_(algorithm), key_(*Key::generate(algorithm)) {}

  [[nodiscard]] std::string name() const { return std::string(algorithm_name(algorithm_)); }

  /// headers makes as many tokens as are needed, which takes its time with RSA.
  [[nodiscard]] const std::vector<std::string>& headers(std::size_t count) {
    const std::lock_guard lock(mutex_);
    const Signer signer = *Signer::create(key_);
    headers_.reserve(kTokens);
    while (headers_.size() < count)
      headers_.push_back("Bearer " + make_token(signer, static_cast<int>(headers_.size())));
    return headers_;
  }

  /// guard is the same one for all threads.
  [[nodiscard]] Guard guard(bool token_cache) {
    const std::lock_guard lock(mutex_);
    std::optional<Guard>& guard = guards_[token_cache];
    if (!guard) guard = open(token_cache);
    return *guard;
  }

 private:
  [[nodiscard]] Guard open(bool token_cache) const {
    GuardOptions options{
        .issuer = kIssuer, .audience = "orders", .token_cache = token_cache, .follow_revocations = false};
    if (!key_.is_symmetric()) {
      return *guard::open_guard(options, std::make_unique<Keys>(KeySet::only(key_).jwks()),
                                std::make_unique<CoarseClock>());
    }
    options.key_file =
        std::filesystem::temp_directory_path() / ("guard-bench-" + std::to_string(::getpid()) + ".jwk");
    std::ofstream(options.key_file) << key_.jwk();
    Guard opened = *Guard::open(options);
    std::filesystem::remove(options.key_file);
    return opened;
  }

  const Algorithm algorithm_;
  const Key key_;
  std::mutex mutex_;  // guards the rest
  std::vector<std::string> headers_;
  std::optional<Guard> guards_[2];
};

/// Flood is another thread that hands the guard tokens of made-up keys, each with a kid of its own, for as long as it lives.
class Flood {
 public:
  explicit Flood(const Guard& guard)
      : thread_([guard](const std::stop_token& stop) {
          std::vector<std::string> tokens;
          for (int i = 0; i < 1000; ++i) {
            const Signer stranger = *Signer::create(*Key::generate(Algorithm::kEd25519));
            tokens.push_back(make_token(stranger, i));
          }
          for (std::size_t i = 0; !stop.stop_requested(); i = (i + 1) % tokens.size()) {
            if (guard.check_token(tokens[i])) std::abort();
          }
        }) {}

 private:
  std::jthread thread_;
};

void check(benchmark::State& state, const Guard& guard, const std::vector<std::string>& headers,
           std::size_t count) {
  std::size_t i = 0;
  for (; i < count; ++i) benchmark::DoNotOptimize(guard.check(headers[i]));  // the cache is warm from here on
  const std::size_t before = allocations().own;
  for (auto _ : state) {
    if (++i >= count) i = 0;
    const auto token = guard.check(headers[i]);
    if (!token || token->subject().empty()) state.SkipWithError("a good token was refused");
  }
  const std::size_t own = allocations().own - before;
  if (own != 0) state.SkipWithError("a check took memory from the heap");
  state.counters["allocations"] = static_cast<double>(own);
}

struct Kind {
  const char* name;
  bool token_cache;
  std::size_t count;
  bool flood;
};
constexpr Kind kKinds[] = {
    {"hot", true, 1, false},      {"turn", true, kTokens, false},      {"uncached", false, 64, false},
    {"hot/flood", true, 1, true}, {"uncached/flood", false, 64, true},
};

void register_all(Subject& subject) {
  for (const Kind& kind : kKinds) {
    const auto run = [&subject, &kind](benchmark::State& state) {
      const Guard guard = subject.guard(kind.token_cache);
      const std::vector<std::string>& headers = subject.headers(kind.count);
      std::optional<Flood> flood;
      if (kind.flood) flood.emplace(guard);
      check(state, guard, headers, kind.count);
    };
    benchmark::RegisterBenchmark((subject.name() + "/" + kind.name).c_str(), run);
  }
}

}  // namespace
}  // namespace signet::bench

int main(int argc, char** argv) {
  using namespace signet;
  bench::tell_openssl_apart();
  static std::deque<bench::Subject> subjects;
  for (const Algorithm algorithm :
       {Algorithm::kHS256, Algorithm::kRS256, Algorithm::kES256, Algorithm::kEd25519}) {
    subjects.emplace_back(algorithm);
  }
  for (bench::Subject& subject : subjects) bench::register_all(subject);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
