// What a verification costs: parse, signature, claims, policy; beside the bare primitive on the same bytes,
// in the same rounds. Prints one JSON object, for bench/run.py. Fails when a verification takes anything from
// the heap in our own code.
#include <cstdio>
#include <cstdlib>

#include "allocations.h"
#include "rounds.h"
#include "subject.h"

namespace signet::bench {
namespace {

/// False: a verification took memory from the heap.
bool write_all(json::Writer& json, const Subject& subject, int rounds) {
  const Verifier verifier = make_verifier();
  const KeySet keys = *KeySet::of({subject.verifying});
  const std::unique_ptr<Bare> bare = subject.bare();
  const Case cases[] = {
      {"bare",
       [&] {
         if (!bare->verify(subject.input, subject.signature)) std::abort();
       }},
      {"signet",
       [&] {
         const auto verified = verifier.verify(subject.token, keys, kNow);
         if (!verified || verified->subject().empty()) std::abort();
       }},
  };
  const std::vector<Figure> figures = write(json, subject.name(), cases, rounds);
  if (figures[1].own == 0) return true;
  std::fprintf(stderr, "verify_bench: %s: %.2f allocations in a verification\n", subject.name().c_str(),
               figures[1].own);
  return false;
}

}  // namespace
}  // namespace signet::bench

int main(int argc, char** argv) {
  using namespace signet;
  bench::tell_openssl_apart();
  const int rounds = bench::read_rounds(argc, argv, 3000);
  json::Writer json;
  json.begin_object();
  bool good = true;
  for (const Algorithm algorithm : bench::kAlgorithms) {
    good = bench::write_all(json, bench::make_subject(algorithm), rounds) && good;
  }
  json.end_object();
  std::puts(json.take().c_str());
  return good ? 0 : 1;
}
