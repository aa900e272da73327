// What a check costs an API: Guard::check on an Authorization header, and reading a claim. The names are
// ALGORITHM/KIND[/revocations | /flood].
//
//   hot      one token, again and again
//   turn     10,000 tokens in turn
//   uncached the cache is off
//
// Fails when a check takes anything from the heap in our own code. "revocations": the guard follows those of
// ten million sessions, 1 % of them revoked. "flood": meanwhile another thread hands the same guard tokens
// whose kid does not exist.
#include <benchmark/benchmark.h>
#include <unistd.h>

#include <atomic>
#include <condition_variable>
#include <cstdlib>
#include <deque>
#include <filesystem>
#include <fstream>
#include <map>
#include <mutex>
#include <optional>
#include <random>
#include <thread>

#include "allocations.h"
#include "guard/open.h"
#include "revocation/batch.h"
#include "revocation/status_list.h"
#include "signet/guard.h"
#include "signet/signer.h"
#include "token/jws.h"

namespace signet::bench {
namespace {

constexpr const char* kIssuer = "https://auth.example.com";
constexpr int kTokens = 10'000;
constexpr std::uint64_t kLists = 10;   // of a million sessions each
constexpr std::uint32_t kOneIn = 100;  // is revoked

/// A token with nine claims, as the issuer makes them.
std::string make_token(const Signer& signer, int number) {
  const Time now = system_now();
  Claims claims;
  claims.set("iss", kIssuer)
      .set("sub", "Rk3vX0mZq1uYt8sWbN" + std::to_string(100'000 + number))
      .set("aud", std::vector<std::string>{"orders", "billing"});
  claims.set("exp", now + std::chrono::hours(1)).set("iat", now).set("jti", "Zr8n0Q2xV5bT7kYmL4sJdA");
  claims.set("sid", "pW3tG6hX9cR1vB5nM8qKeQ").set("scope", "orders:read orders:write");
  const auto list = static_cast<std::uint64_t>(number) % kLists;
  static_cast<void>(claims.set_json("status", R"({"status_list":{"idx":)" + std::to_string(number) +
                                                  R"(,"uri":")" + revocation::list_uri(kIssuer, list) +
                                                  "\"}}"));
  return *signer.sign(claims);
}

/// Issuer answers for its keys, its status lists, and with a poll that never ends.
class Issuer final : public guard::Fetcher {
 public:
  explicit Issuer(Key key) : key_(std::move(key)) {}

  Result<guard::HttpAnswer> fetch(const guard::HttpRequest& request) override {
    if (request.url.ends_with("/jwks.json")) return answer(KeySet::only(key_).jwks());
    if (const std::size_t at = request.url.rfind("/status/"); at != request.url.npos) {
      return answer(list(std::stoull(request.url.substr(at + 8))));
    }
    if (request.url.find("after=") != request.url.npos) {
      std::mutex mutex;
      std::unique_lock lock(mutex);
      std::condition_variable_any().wait(lock, request.stop, [] { return false; });
    }
    revocation::Batch batch;
    batch.issued_at = system_now();
    batch.epoch = "e";
    batch.lists = {0, kLists - 1};
    return answer(
        *token::sign_statement(key_, revocation::kBatchType, revocation::write_batch(batch, kIssuer)));
  }

 private:
  [[nodiscard]] std::string list(std::uint64_t number) const {
    auto bits = std::make_shared<revocation::Bits>();
    std::minstd_rand random(static_cast<unsigned>(number) + 1);
    for (std::uint64_t i = kTokens; i < revocation::kListSize; ++i) {
      if (random() % kOneIn == 0) (*bits)[i / 8] |= static_cast<std::uint8_t>(1U << i % 8);
    }
    const Time now = system_now();
    const revocation::SignedList list{revocation::list_uri(kIssuer, number),
                                      now,
                                      now + std::chrono::hours(1),
                                      std::chrono::minutes(1),
                                      "e",
                                      0,
                                      bits};
    return *token::sign_statement(key_, revocation::kStatusListType,
                                  revocation::write_list(list, revocation::deflate_list(*bits), kIssuer));
  }
  static guard::HttpAnswer answer(std::string body) {
    return {200, "application/json", "", {}, std::move(body)};
  }

  const Key key_;
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
  [[nodiscard]] Guard guard(const GuardOptions& options) {
    const std::lock_guard lock(mutex_);
    const auto which = std::pair(options.token_cache, *options.follow_revocations);
    if (!guards_.contains(which)) guards_.emplace(which, open(options));
    return guards_.at(which);
  }

 private:
  [[nodiscard]] Guard open(GuardOptions options) const {
    options.issuer = kIssuer;
    options.audience = "orders";
    if (key_.is_symmetric()) {
      const std::filesystem::path folder = std::filesystem::temp_directory_path();
      options.key_file = folder / ("guard-bench-" + std::to_string(::getpid()) + ".jwk");
      std::ofstream(options.key_file) << key_.jwk();
    }
    auto opened = guard::open_guard(options, std::make_unique<Issuer>(key_), std::make_unique<CoarseClock>());
    std::filesystem::remove(options.key_file);
    if (!opened) std::abort();
    return std::move(*opened);
  }

  const Algorithm algorithm_;
  const Key key_;
  std::mutex mutex_;  // guards the rest
  std::vector<std::string> headers_;
  std::map<std::pair<bool, bool>, Guard> guards_;
};

/// Flood is another thread that hands the guard tokens of made-up keys, each with a kid of its own, for as
/// long as it lives.
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
  std::size_t count;
  bool token_cache = true;
  bool follow_revocations = false;
  bool flood = false;
};
constexpr Kind kKinds[] = {
    {.name = "hot", .count = 1},
    {.name = "hot/revocations", .count = 1, .follow_revocations = true},
    {.name = "turn", .count = kTokens},
    {.name = "turn/revocations", .count = kTokens, .follow_revocations = true},
    {.name = "uncached", .count = 64, .token_cache = false},
    {.name = "hot/flood", .count = 1, .flood = true},
    {.name = "uncached/flood", .count = 64, .token_cache = false, .flood = true},
};

void register_all(Subject& subject) {
  for (const Kind& kind : kKinds) {
    const auto run = [&subject, &kind](benchmark::State& state) {
      const Guard guard =
          subject.guard({.token_cache = kind.token_cache, .follow_revocations = kind.follow_revocations});
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
  std::deque<bench::Subject> subjects;  // not static: their guards' threads end before other statics do
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
