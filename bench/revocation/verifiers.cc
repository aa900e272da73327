// revocation_verifiers PORT ISSUER JWKS_FILE COUNT WAIT [VERIFIER_KEY]: so many verifiers, each on a connection of its own, that
// follow the feed of revocations until standard input ends.
//
// They are light ones: all that hear the same statement compare its bytes with those that one of them has verified, signature and
// all, since on real machines each would have a processor of its own. Where each stands, and that its batches follow one another, is
// kept for each. What happens is told on standard output, times in nanoseconds of CLOCK_MONOTONIC:
//
//   ready                       all are waiting
//   batch AFTER SEQ LIST:IDX..  a statement with news was verified
//   first SEQ TIME              somebody stands there
//   all SEQ TIME                the last one stands there, or further
//
// and at the end, as JSON: heartbeats, and how late they were.
#include <unistd.h>

#include <cstdio>
#include <cstdlib>
#include <deque>
#include <fstream>
#include <iterator>
#include <map>

#include "revocation/batch.h"
#include "revocation/connections.h"

namespace {

using namespace signet;
using namespace signet::bench;
using revocation::Batch;

constexpr std::size_t kRemembered = 64;

struct Options {
  std::uint16_t port;
  std::string issuer;
  std::string jwks_file;
  std::size_t count;
  int wait;  // seconds
  std::string verifier_key;
};

KeySet read_keys(const std::string& file) {
  std::ifstream in(file);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  auto keys = KeySet::from_jwks(text);
  if (!keys) die("no keys in " + file);
  return std::move(*keys);
}

class Verifiers {
 public:
  explicit Verifiers(const Options& options);
  void follow();
  void report();

 private:
  struct Verifier {
    bool anchored = false;
    std::uint64_t seq = 0;
    std::int64_t asked_at = 0;
  };
  struct Known {
    std::string text;
    Batch batch;
  };

  const Batch& verified(std::string_view text);
  void ask(std::size_t who);
  void hear(std::size_t who, const Answer& answer);
  void follow_batch(Verifier& verifier, const Batch& batch);
  void move(Verifier& verifier, std::uint64_t seq);

  const Options options_;
  const KeySet keys_;
  std::deque<Known> known_;  // newest first
  std::string epoch_;
  std::map<std::uint64_t, std::size_t> standing_;  // where, and how many
  std::uint64_t told_all_ = 0, told_first_ = 0;
  std::size_t anchored_ = 0, statements_ = 0, gaps_ = 0;
  std::vector<double> late_;  // milliseconds
  std::vector<Verifier> verifiers_;
  Connections connections_;
};

Verifiers::Verifiers(const Options& options)
    : options_(options),
      keys_(read_keys(options.jwks_file)),
      verifiers_(options.count),
      connections_(options.port, options.count,
                   [this](std::size_t who, const Answer& answer) { hear(who, answer); }) {}

const Batch& Verifiers::verified(std::string_view text) {
  for (const Known& known : known_) {
    if (known.text == text) return known.batch;
  }
  auto batch = revocation::verify_batch(text, keys_, options_.issuer);
  if (!batch) die(std::string("a statement does not verify: ") + batch.error().what);
  ++statements_;
  if (known_.size() == kRemembered) known_.pop_back();
  known_.push_front({.text = std::string(text), .batch = std::move(*batch)});
  const Batch& news = known_.front().batch;
  if (news.revoked.empty()) return news;
  std::printf("batch %lu %lu", news.after, news.seq);
  for (const auto& [list, indices] : news.revoked) {
    for (const std::uint32_t index : indices) std::printf(" %lu:%u", list, index);
  }
  std::printf("\n");
  return news;
}

void Verifiers::ask(std::size_t who) {
  Verifier& verifier = verifiers_[who];
  std::string request = "GET /v1/revocations?wait=" + std::to_string(options_.wait);
  if (verifier.anchored) request += "&after=" + std::to_string(verifier.seq) + "&epoch=" + epoch_;
  request += " HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: signet-bench\r\nSignet-Max-Staleness: 600\r\n";
  if (!options_.verifier_key.empty()) {
    request += "Authorization: Bearer " + options_.verifier_key + "\r\n";
    request += "Signet-Instance: bench-" + std::to_string(who) + "\r\n";
  }
  verifier.asked_at = nanoseconds_now();
  connections_.send(who, request + "\r\n");
}

void Verifiers::hear(std::size_t who, const Answer& answer) {
  if (answer.status != 200) die("a poll was answered " + std::to_string(answer.status));
  const Batch& batch = verified(answer.body);
  Verifier& verifier = verifiers_[who];
  if (!verifier.anchored) {
    verifier.anchored = true;
    epoch_ = batch.epoch;
    ++standing_[batch.seq];
    verifier.seq = batch.seq;
    ask(who);
    if (++anchored_ == verifiers_.size()) std::printf("ready\n");
    return;
  }
  follow_batch(verifier, batch);
  ask(who);
}

void Verifiers::follow_batch(Verifier& verifier, const Batch& batch) {
  const bool follows = batch.epoch == epoch_ && batch.after <= verifier.seq && verifier.seq <= batch.seq;
  gaps_ += !follows;
  if (follows && batch.seq == verifier.seq) {
    const auto waited = static_cast<double>(nanoseconds_now() - verifier.asked_at) / 1e6;
    late_.push_back(waited - options_.wait * 1e3);
  }
  if (batch.seq != verifier.seq) move(verifier, batch.seq);
}

void Verifiers::move(Verifier& verifier, std::uint64_t seq) {
  const auto from = standing_.find(verifier.seq);
  if (--from->second == 0) standing_.erase(from);
  ++standing_[seq];
  verifier.seq = seq;
  if (anchored_ < verifiers_.size()) return;
  if (seq > told_first_) std::printf("first %lu %ld\n", told_first_ = seq, nanoseconds_now());
  const std::uint64_t slowest = standing_.begin()->first;
  if (slowest > told_all_) std::printf("all %lu %ld\n", told_all_ = slowest, nanoseconds_now());
}

void Verifiers::follow() {
  for (std::size_t who = 0; who < verifiers_.size(); ++who) {
    ask(who);
    if (who % 100 == 99) connections_.serve(std::chrono::milliseconds(5));
  }
  while (!connections_.serve(std::chrono::seconds(60), STDIN_FILENO)) std::fflush(stdout);
}

void Verifiers::report() {
  const std::size_t heartbeats = late_.size();
  const double p50 = percentile(late_, 50), p99 = percentile(late_, 99), most = percentile(late_, 100);
  std::printf(
      "{\"verifiers\":%zu,\"statements\":%zu,\"gaps\":%zu,\"heartbeats\":%zu,\"late_ms\":{\"p50\":%.1f,"
      "\"p99\":%.1f,"
      "\"max\":%.1f}}\n",
      verifiers_.size(), statements_, gaps_, heartbeats, p50, p99, most);
}

}  // namespace

int main(int argc, char** argv) {
  if (argc < 6 || argc > 7)
    die("usage: revocation_verifiers PORT ISSUER JWKS_FILE COUNT WAIT [VERIFIER_KEY]");
  Verifiers verifiers({.port = static_cast<std::uint16_t>(std::atoi(argv[1])),
                       .issuer = argv[2],
                       .jwks_file = argv[3],
                       .count = static_cast<std::size_t>(std::atol(argv[4])),
                       .wait = std::atoi(argv[5]),
                       .verifier_key = argc > 6 ? argv[6] : ""});
  verifiers.follow();
  verifiers.report();
}
