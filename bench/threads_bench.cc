// How much two threads on two cores get done beside one: verifications with one Verifier and one KeySet that they share, and
// checks of a token that one Guard has in its cache.
// The bare primitive, with nothing shared, is the control: what this machine allows. Prints one JSON object, for bench/run.py.
//
// One thread and two take turns, and medians of the paired rounds are compared, by the clock and by CPU time. The latter
// is what cores of one's own would give, as long as no thread ever waits for another: voluntary waits are counted.
#include <pthread.h>
#include <sched.h>
#include <sys/resource.h>
#include <time.h>
#include <unistd.h>

#include <atomic>
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

constexpr double kSlice = 15e6;  // ns that a thread works in each round

/// Speed is work per ns, of one thread or of several together.
struct Speed {
  double by_clock = 0;
  double by_cpu = 0;
  long waits = 0;
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

Speed work_for_a_slice(const Work& work) {
  for (int i = 0; i < 50; ++i) work();  // warm from here on
  const double clock = now_ns(CLOCK_MONOTONIC), cpu = now_ns(CLOCK_THREAD_CPUTIME_ID);
  const long waits = waits_so_far();
  double done = 0;
  for (double taken = 0; taken < kSlice; taken = now_ns(CLOCK_MONOTONIC) - clock, done += 50) {
    for (int i = 0; i < 50; ++i) work();
  }
  return {done / (now_ns(CLOCK_MONOTONIC) - clock), done / (now_ns(CLOCK_THREAD_CPUTIME_ID) - cpu),
          waits_so_far() - waits};
}

/// Runs one slice on each of the cores from `first` on, at the same time.
Speed run(const MakeWork& make_work, int first, int threads) {
  std::atomic<int> ready = 0;
  std::vector<Speed> speeds(static_cast<std::size_t>(threads));
  {
    std::vector<std::jthread> all;
    for (int i = 0; i < threads; ++i) {
      all.emplace_back([&, i] {
        stay_on(first + i);
        const Work work = make_work();
        ++ready;
        while (ready != threads) std::this_thread::yield();
        speeds[static_cast<std::size_t>(i)] = work_for_a_slice(work);
      });
    }
  }
  Speed sum;
  for (const Speed& speed : speeds) {
    sum.by_clock += speed.by_clock;
    sum.by_cpu += speed.by_cpu;
    sum.waits += speed.waits;
  }
  return sum;
}

void write(json::Writer& json, const char* name, const MakeWork& make_work, int rounds) {
  std::vector<double> by_clock, by_cpu;
  long waits = 0;
  for (int round = 0; round < rounds; ++round) {
    const Speed one = run(make_work, round % 2, 1);
    const Speed two = run(make_work, 0, 2);
    by_clock.push_back(two.by_clock / one.by_clock);
    by_cpu.push_back(two.by_cpu / one.by_cpu);
    waits += two.waits;
  }
  json.key(name).begin_object().key("by_clock").number(median(by_clock)).key("by_cpu").number(median(by_cpu));
  json.member("waits", waits).end_object();
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
