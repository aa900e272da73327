// What a refusal costs, beside what an acceptance does: refused tokens of every kind, garbage of 16 KiB,
// forgeries as long. Prints one JSON object, for bench/run.py; fails when anything is accepted, or refused
// for another reason than it should.
#include <cstdio>
#include <cstdlib>
#include <optional>
#include <string>

#include "allocations.h"
#include "garbage.h"
#include "json/writer.h"
#include "refusals.h"
#include "rounds.h"

namespace signet::bench {
namespace {

/// Bench is one algorithm's verifier, and what is handed to it.
class Bench {
 public:
  explicit Bench(Algorithm algorithm)
      : subject_(make_subject(algorithm)),
        verifier_(make_verifier()),
        keys_(*KeySet::of({subject_.verifying})) {}

  [[nodiscard]] const Subject& subject() const noexcept { return subject_; }

  [[nodiscard]] Case accepted(std::string token) const {
    return {"accepted", [this, token = std::move(token)] {
              if (!verifier_.verify(token, keys_, kNow)) die("a good token", "refused");
            }};
  }

  /// Whatever it costs to find out that it is refused for the right reason is paid once, before.
  [[nodiscard]] Case refused(std::string name, std::string token, std::optional<Errc> expected = {}) const {
    const auto verified = verifier_.verify(token, keys_, kNow);
    if (verified) die(name, "accepted");
    if (expected && verified.error().code != *expected) die(name, verified.error().what);
    return {std::move(name), [this, token = std::move(token)] {
              if (verifier_.verify(token, keys_, kNow)) std::abort();
            }};
  }

 private:
  [[noreturn]] static void die(const std::string& name, const char* what) {
    std::fprintf(stderr, "refusal_bench: %s: %s\n", name.c_str(), what);
    std::exit(1);
  }

  Subject subject_;
  Verifier verifier_;
  KeySet keys_;
};

std::vector<Case> refusals(const Bench& bench) {
  std::vector<Case> cases{bench.accepted(bench.subject().token)};
  for (const Refusal& it : make_refusals(bench.subject()))
    cases.push_back(bench.refused(it.name, it.token, it.expected));
  return cases;
}

std::vector<Case> header_refusals(const Bench& bench) {
  std::vector<Case> cases{bench.accepted(foreign_token(bench.subject()))};
  for (const Refusal& it : make_header_refusals(bench.subject()))
    cases.push_back(bench.refused(it.name, it.token, it.expected));
  return cases;
}

std::vector<Case> refused_all(const Bench& bench, const std::vector<Garbage>& all) {
  std::vector<Case> cases{bench.accepted(bench.subject().token)};
  for (const Garbage& it : all) cases.push_back(bench.refused(it.name, it.token));
  return cases;
}

void write_all(json::Writer& json, Algorithm algorithm, int rounds) {
  const Bench bench(algorithm);
  json.key(algorithm_name(algorithm)).begin_object();
  write(json, "refused", refusals(bench), rounds);
  write(json, "refused_by_header", header_refusals(bench), rounds);
  write(json, "garbage", refused_all(bench, make_garbage(bench.subject())), rounds);
  write(json, "forged", refused_all(bench, make_forgeries(bench.subject())), rounds);
  json.end_object();
}

}  // namespace
}  // namespace signet::bench

int main(int argc, char** argv) {
  using namespace signet;
  bench::tell_openssl_apart();
  const int rounds = bench::read_rounds(argc, argv, 200);
  json::Writer json;
  json.begin_object();
  for (const Algorithm algorithm : {Algorithm::kHS256, Algorithm::kRS256})
    bench::write_all(json, algorithm, rounds);
  json.end_object();
  std::puts(json.take().c_str());
}
