// What a verification costs: parse, signature, claims, policy; beside the bare primitive on the same bytes.
// The names are ALGORITHM/signet and ALGORITHM/bare; bench/run.py prints their ratio. Fails when a verification takes
// anything from the heap in our own code.
#include <benchmark/benchmark.h>

#include "allocations.h"
#include "subject.h"

namespace signet::bench {
namespace {

void signet_verifies(benchmark::State& state, const Subject& subject) {
  const Verifier verifier = make_verifier();
  const KeySet keys = *KeySet::of({subject.verifying});
  benchmark::DoNotOptimize(verifier.verify(subject.token, keys, kNow));  // warm from here on
  const Allocations before = allocations();
  for (auto _ : state) {
    const auto verified = verifier.verify(subject.token, keys, kNow);
    if (!verified || verified->subject().empty()) state.SkipWithError("a good token was refused");
  }
  const Allocations after = allocations();
  if (after.own != before.own) state.SkipWithError("a verification took memory from the heap");
  state.counters["allocations"] = static_cast<double>(after.own - before.own);
  state.counters["openssl"] = benchmark::Counter(static_cast<double>(after.openssl - before.openssl),
                                                 benchmark::Counter::kAvgIterations);
}

void bare_verifies(benchmark::State& state, const Subject& subject) {
  const std::unique_ptr<Bare> bare = subject.bare();
  for (auto _ : state) {
    if (!bare->verify(subject.input, subject.signature)) state.SkipWithError("a good signature was refused");
  }
}

}  // namespace
}  // namespace signet::bench

int main(int argc, char** argv) {
  using namespace signet;
  bench::tell_openssl_apart();
  static std::vector<bench::Subject> subjects;
  for (const Algorithm algorithm : bench::kAlgorithms) subjects.push_back(bench::make_subject(algorithm));
  for (const bench::Subject& subject : subjects) {
    benchmark::RegisterBenchmark((subject.name() + "/signet").c_str(),
                                 [&](benchmark::State& s) { bench::signet_verifies(s, subject); });
    benchmark::RegisterBenchmark((subject.name() + "/bare").c_str(),
                                 [&](benchmark::State& s) { bench::bare_verifies(s, subject); });
  }
  benchmark::Initialize(&argc, argv);
  if (benchmark::ReportUnrecognizedArguments(argc, argv)) return 2;
  benchmark::RunSpecifiedBenchmarks();
  return 0;
}
