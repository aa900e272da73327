// How each session store is driven: a million sessions put in, then looked up one by one, at random.
//   DRIVER fill ADDRESS
//   DRIVER measure ADDRESS SECONDS     prints what one lookup costs, in nanoseconds
#pragma once

#include <sys/types.h>

#include <algorithm>
#include <cstdint>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <string_view>
#include <vector>

namespace signet::bench {

inline constexpr std::uint64_t kSessions = 1'000'000;
inline constexpr const char* kScope = "orders:read orders:write";
inline constexpr const char* kPlan = "gold";

[[noreturn]] inline void die(const char* what) {
  std::fprintf(stderr, "%s\n", what);
  std::exit(1);
}

/// mix is the finalizer of splitmix64: distinct for distinct numbers, and looks random.
inline std::uint64_t mix(std::uint64_t number) {
  number += 0x9e3779b97f4a7c15;
  number = (number ^ (number >> 30)) * 0xbf58476d1ce4e5b9;
  number = (number ^ (number >> 27)) * 0x94d049bb133111eb;
  return number ^ (number >> 31);
}

/// make_id is the id of a session, or of a user, by number: 22 characters, as of 128 random bits in base64url.
inline std::string make_id(std::uint64_t number) {
  constexpr std::string_view alphabet = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
  std::string id(22, 'A');
  std::uint64_t high = mix(number);
  std::uint64_t low = mix(high);
  for (std::size_t i = 0; i < 11; ++i, high >>= 6, low >>= 6) {
    id[i] = alphabet[high & 63];
    id[11 + i] = alphabet[low & 63];
  }
  return id;
}

inline std::string session_id(std::uint64_t number) {
  return make_id(number);
}
inline std::string user_id(std::uint64_t number) {
  return make_id(number + kSessions);
}
inline std::int64_t expires_at() {
  return std::time(nullptr) + 86400;
}

/// cpu_of returns the nanoseconds of CPU that a process has used, all its threads together; 0 is this one.
inline double cpu_of(pid_t process) {
  clockid_t clock{};
  timespec time{};
  if (clock_getcpuclockid(process, &clock) != 0 || clock_gettime(clock, &time) != 0)
    die("cannot read a CPU clock");
  return static_cast<double>(time.tv_sec) * 1e9 + static_cast<double>(time.tv_nsec);
}

inline double now_ns() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<double>(now.tv_sec) * 1e9 + static_cast<double>(now.tv_nsec);
}

/// latencies runs `operation(i)` and returns how long each took, in order of size, with the clock's own cost in it.
template <class Operation>
std::vector<double> latencies(long count, Operation&& operation) {
  std::vector<double> all(static_cast<std::size_t>(count));
  double before = now_ns();
  for (std::size_t i = 0; i < all.size(); ++i) {
    if (!operation(i)) die("a session was not found");
    const double after = now_ns();
    all[i] = after - before;
    before = after;
  }
  std::ranges::sort(all);
  return all;
}

/// measure times a lookup twice: one by one for the latency, and together, without a clock between, for the CPU time
/// on both sides. `server` is a process, or 0 when all happens in this one.
template <class Operation>
void measure(double seconds, pid_t server, Operation&& operation) {
  const auto run = [&](long count) {
    const double start = now_ns();
    for (long i = 0; i < count; ++i) {
      if (!operation(static_cast<std::uint64_t>(i))) die("a session was not found");
    }
    return now_ns() - start;
  };
  long count = 1000;
  double took = 0;
  while ((took = run(count)) < 1e8) count *= 2;
  count = static_cast<long>(static_cast<double>(count) * seconds * 1e9 / took) + 1;

  const double client_before = cpu_of(0);
  const double server_before = server != 0 ? cpu_of(server) : 0;
  run(count);
  const double client = (cpu_of(0) - client_before) / static_cast<double>(count);
  const double served = server != 0 ? (cpu_of(server) - server_before) / static_cast<double>(count) : 0;

  const auto empty = latencies(10'000, [](std::uint64_t) { return true; });
  const double clock_cost = empty[empty.size() / 2];
  const auto all = latencies(count, operation);
  const auto at = [&](std::size_t percent) {
    return std::max(all[all.size() * percent / 100] - clock_cost, 0.0);
  };
  std::printf("{\"median\": %.1f, \"p99\": %.1f, \"client\": %.1f, \"server\": %.1f, \"lookups\": %ld}\n",
              at(50), at(99), client, served, count);
}

/// drive is the main function of a store: `fill(address)`, and `measure_store(address, seconds)`.
template <class Fill, class Measure>
int drive(int argc, char** argv, Fill&& fill, Measure&& measure_store) {
  const std::string_view command = argc > 2 ? argv[1] : "";
  if (command == "fill") return fill(argv[2]), 0;
  if (command == "measure" && argc > 3) return measure_store(argv[2], std::atof(argv[3])), 0;
  return std::fprintf(stderr, "usage: %s fill ADDRESS | measure ADDRESS SECONDS\n", argv[0]), 2;
}

}  // namespace signet::bench
