// How much two threads on two cores get done beside one: verifications with one Verifier and one KeySet that
// they share, and checks of a token that one Guard has in its cache. The bare primitive, with nothing shared,
// is the control: what this machine allows. Prints one JSON object, for bench/run.py.
//
// One thread and two take turns, in slices so short that on a busy machine, too, some are not disturbed: in
// those all threads began together and had their core to themselves. The median of such pairs counts. A
// thread that waits for another has not used its core either, so voluntary waits are counted in all slices.
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <algorithm>
#include <atomic>
#include <cmath>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <functional>
#include <thread>
#include <vector>

#include "json/writer.h"
#include "rounds.h"
#include "signet/guard.h"
#include "subject.h"

namespace signet::bench {
namespace {

constexpr double kSlice = 2e6;   // ns that a thread works
constexpr double kShare = 0.97;  // of its core, that it must have had
constexpr double kChunk = 20e3;  // ns between two looks at the clock

/// Slice is what one thread did.
struct Slice {
  double start, end;  // ns
  double cpu;         // ns
  double done;
  long waits;
};

double now_ns(clockid_t clock) {
  timespec time{};
  clock_gettime(clock, &time);
  return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

long waits_so_far() {
  rusage usage{};
  getrusage(RUSAGE_THREAD, &usage);
  return usage.ru_nvcsw;
}

/// Keeps the calling thread on the core-th of those that this process may use.
void stay_on(int core) {
  cpu_set_t allowed, mine;
  CPU_ZERO(&mine);
  sched_getaffinity(0, sizeof allowed, &allowed);
  for (int cpu = 0; cpu < CPU_SETSIZE; ++cpu) {
    if (CPU_ISSET(cpu, &allowed) && core-- == 0) CPU_SET(cpu, &mine);
  }
  if (pthread_setaffinity_np(pthread_self(), sizeof mine, &mine) != 0) std::abort();
}

using Work = std::function<void()>;
using MakeWork = std::function<Work()>;  // called by the thread that will do it

Slice work_for_a_slice(const Work& work, int chunk) {
  const double start = now_ns(CLOCK_MONOTONIC), cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
  const long waits = waits_so_far();
  double done = 0, end = start;
  for (; end - start < kSlice; end = now_ns(CLOCK_MONOTONIC), done += chunk) {
    for (int i = 0; i < chunk; ++i) work();
  }
  return {start, end, now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu, done, waits_so_far() - waits};
}

/// Runs one slice on each of the cores from `first` on, at the same time.
std::vector<Slice> run(const MakeWork& make_work, int chunk, int first, int threads) {
  std::atomic<int> ready = 0;
  std::vector<Slice> slices(static_cast<std::size_t>(threads));
  std::vector<std::jthread> all;
  for (int i = 0; i < threads; ++i) {
    all.emplace_back([&, i] {
      stay_on(first + i);
      const Work work = make_work();
      for (int warm_up = 0; warm_up < 3; ++warm_up) work();
      ++ready;
      while (ready != threads) std::this_thread::yield();
      slices[static_cast<std::size_t>(i)] = work_for_a_slice(work, chunk);
    });
  }
  for (std::jthread& thread : all) thread.join();
  return slices;
}

bool is_undisturbed(const std::vector<Slice>& slices) {
  for (const Slice& slice : slices) {
    const bool is_together = std::abs(slice.start - slices.front().start) < (1 - kShare) * kSlice;
    if (!is_together || slice.cpu < kShare * (slice.end - slice.start)) return false;
  }
  return true;
}

/// How much they got done in a ns.
double speed(const std::vector<Slice>& slices) {
  double sum = 0;
  for (const Slice& slice : slices) sum += slice.done / (slice.end - slice.start);
  return sum;
}

/// How often a work can be repeated between two looks at the clock.
int chunk_of(const Work& work) {
  for (int i = 0; i < 10; ++i) work();
  const double start = now_ns(CLOCK_THREAD_CPUTIME_ID);
  for (int i = 0; i < 10; ++i) work();
  return std::max(1, static_cast<int>(kChunk * 10 / (now_ns(CLOCK_THREAD_CPUTIME_ID) - start)));
}

/// Goes on until `rounds` of them were not disturbed, or a hundred times as many were made.
void write(json::Writer& json, const char* name, const MakeWork& make_work, int rounds) {
  const int chunk = chunk_of(make_work());
  std::vector<double> ratios;
  long waits = 0;
  int made = 0;
  for (; made < 100 * rounds && ratios.size() < static_cast<std::size_t>(rounds); ++made) {
    const std::vector<Slice> one = run(make_work, chunk, made % 2, 1), two = run(make_work, chunk, 0, 2);
    if (is_undisturbed(one) && is_undisturbed(two)) ratios.push_back(speed(two) / speed(one));
    for (const Slice& slice : two) waits += slice.waits;
  }
  json.key(name).begin_object().key("ratio").number(ratios.empty() ? 0 : median(ratios));
  json.member("undisturbed", ratios.size()).member("made", made).member("waits", waits).end_object();
}

/// A guard with its cache on, for the subject's key. `path` is where the key lies while the guard opens.
Guard open_guard(const Subject& subject, const std::filesystem::path& path) {
  std::ofstream(path) << subject.verifying.jwk();
  Result<Guard> guard =
      Guard::open({.issuer = kIssuer, .audience = kAudience, .key_file = path, .follow_revocations = false});
  std::filesystem::remove(path);
  if (guard) return *guard;
  std::fprintf(stderr, "threads_bench: %s\n", guard.error().what);
  std::exit(1);
}

void write_cached(json::Writer& json, const Subject& subject, int rounds) {
  const Guard guard = open_guard(subject, std::filesystem::temp_directory_path() /
                                              ("threads-bench-" + std::to_string(::getpid()) + ".jwk"));
  const Claims claims = make_claims().set("exp", system_now() + std::chrono::hours(1));
  const std::string token = *Signer::create(subject.signing)->sign(claims);
  const auto check = [&]() -> Work {
    return [&] {
      if (!guard.check_token(token)) std::abort();
    };
  };
  write(json, "cached", check, rounds);
}

void write_all(json::Writer& json, const Subject& subject, int rounds) {
  const Verifier verifier = make_verifier();
  const KeySet keys = *KeySet::of({subject.verifying});
  json.key(subject.name()).begin_object();
  const auto verify = [&]() -> Work {
    return [&] {
      if (!verifier.verify(subject.token, keys, kNow)) std::abort();
    };
  };
  const auto bare = [&]() -> Work {
    return [&, bare = std::shared_ptr<Bare>(subject.bare())] {
      if (!bare->verify(subject.input, subject.signature)) std::abort();
    };
  };
  write(json, "signet", verify, rounds);
  write(json, "bare", bare, rounds);
  write_cached(json, subject, rounds);
  json.end_object();
}

}  // namespace
}  // namespace signet::bench

int main(int argc, char** argv) {
  using namespace signet;
  const int rounds = bench::read_rounds(argc, argv, 51);
  if (std::thread::hardware_concurrency() < 2)
    return std::fputs("threads_bench: needs two cores\n", stderr), 1;
  json::Writer json;
  json.begin_object();
  for (const Algorithm algorithm : bench::kAlgorithms) {
    bench::write_all(json, bench::make_subject(algorithm), rounds);
  }
  json.end_object();
  std::puts(json.take().c_str());
}
