// What a check costs an API: Guard::check on an Authorization header, and reading a claim. The names are
// ALGORITHM/KIND[/flood], with one thread and two.
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
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <thread>

#include "guard/state.h"
#include "signet/guard.h"
#include "signet/signer.h"

namespace {
std::atomic<bool> counting = false;
std::atomic<std::size_t> allocations = 0;
}  // namespace

/// Every allocation of C++ in this program is counted while a benchmark asks for it.
void* operator new(std::size_t size) {
  if (counting.load(std::memory_order_relaxed)) allocations.fetch_add(1, std::memory_order_relaxed);
  if (void* const place = std::malloc(size)) return place;
  std::abort();
}
void operator delete(void* place) noexcept {
  std::free(place);
}
void operator delete(void* place, std::size_t) noexcept {
  std::free(place);
}

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

/// Subject is one algorithm: a key, tokens made with it, and one made with a key that nobody knows.
struct Subject {
  explicit Subject(Algorithm with) : algorithm(with), key(*Key::generate(with)) {
    const Signer signer = *Signer::create(key);
    for (int i = 0; i < kTokens; ++i) headers.push_back("Bearer " + make_token(signer, i));
  }

  [[nodiscard]] Guard guard(bool token_cache) const {
    GuardOptions options{.issuer = kIssuer, .audience = "orders", .token_cache = token_cache};
    if (key.is_symmetric()) {
      const std::string folder = std::filesystem::temp_directory_path();
      const std::filesystem::path file = folder + "/guard-bench-" + std::to_string(::getpid()) + ".jwk";
      std::ofstream(file) << key.jwk();
      options.key_file = file;
      Guard opened = *Guard::open(options);
      std::filesystem::remove(file);
      return opened;
    }
    return *guard::open_guard(options, std::make_unique<Keys>(KeySet::only(key).jwks()), std::make_unique<CoarseClock>());
  }

  Algorithm algorithm;
  Key key;
  std::vector<std::string> headers;
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

void check(benchmark::State& state, const Guard& guard, const std::vector<std::string>& headers, std::size_t count) {
  std::size_t i = 0;
  for (; i < count; ++i) benchmark::DoNotOptimize(guard.check(headers[i]));  // the cache is warm from here on
  const std::size_t before = allocations;
  if (state.threads() == 1) counting = true;
  for (auto _ : state) {
    if (++i >= count) i = 0;
    const auto token = guard.check(headers[i]);
    if (!token || token->subject().empty()) state.SkipWithError("a good token was refused");
  }
  counting = false;
  if (state.threads() == 1) state.counters["allocations"] = static_cast<double>(allocations - before);
}

struct Kind {
  const char* name;
  bool token_cache;
  std::size_t count;
  bool flood;
};
constexpr Kind kKinds[] = {
    {"hot", true, 1, false},          {"turn", true, kTokens, false},   {"uncached", false, 64, false},
    {"hot/flood", true, 1, true},     {"uncached/flood", false, 64, true},
};

void register_all(const Subject& subject) {
  for (const Kind& kind : kKinds) {
    const std::string name = std::string(algorithm_name(subject.algorithm)) + "/" + kind.name;
    const auto run = [&subject, &kind](benchmark::State& state) {
      static std::mutex mutex;
      static std::map<std::pair<const Subject*, bool>, Guard> guards;
      const Guard guard = [&] {
        const std::lock_guard lock(mutex);
        return guards.try_emplace({&subject, kind.token_cache}, subject.guard(kind.token_cache)).first->second;
      }();
      std::optional<Flood> flood;
      if (kind.flood && state.thread_index() == 0) flood.emplace(guard);
      check(state, guard, subject.headers, kind.count);
    };
    auto* const one = benchmark::RegisterBenchmark(name.c_str(), run);
    if (!kind.flood) one->ThreadRange(1, 2)->UseRealTime();
  }
}

}  // namespace
}  // namespace signet::bench

int main(int argc, char** argv) {
  using namespace signet;
  static std::vector<bench::Subject> subjects;
  for (const Algorithm algorithm : {Algorithm::kHS256, Algorithm::kRS256, Algorithm::kES256, Algorithm::kEd25519}) {
    subjects.emplace_back(algorithm);
  }
  for (const bench::Subject& subject : subjects) bench::register_all(subject);
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
