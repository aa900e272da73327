#include "rounds.h"

#include <time.h>

#include <algorithm>
#include <cstdio>
#include <cstdlib>
#include <utility>

#include "allocations.h"

namespace signet::bench {
namespace {

/// This thread's CPU time: what others do meanwhile does not count.
double cpu_ns() {
  timespec time{};
  clock_gettime(CLOCK_THREAD_CPUTIME_ID, &time);
  return 1e9 * static_cast<double>(time.tv_sec) + static_cast<double>(time.tv_nsec);
}

/// The CPU time of one run, as the average of a batch.
double time_batch(const Case& it, int size) {
  const double start = cpu_ns();
  for (int i = 0; i < size; ++i) it.run();
  return (cpu_ns() - start) / size;
}

/// A batch takes so long that reading the clock does not count, and so short that a round is over quickly.
int batch_size(const Case& it) {
  constexpr double kBatch = 60'000;
  time_batch(it, 10);  // warms up
  return std::max(1, static_cast<int>(kBatch / time_batch(it, 10)));
}

/// Of one run, as the average of many.
std::pair<double, double> count_allocations(const Case& it) {
  constexpr int kRuns = 100;
  const Allocations before = allocations();
  for (int i = 0; i < kRuns; ++i) it.run();
  const Allocations after = allocations();
  return {static_cast<double>(after.own - before.own) / kRuns,
          static_cast<double>(after.openssl - before.openssl) / kRuns};
}

}  // namespace

double median(std::vector<double> numbers) {
  const auto middle = numbers.begin() + static_cast<std::ptrdiff_t>(numbers.size() / 2);
  std::nth_element(numbers.begin(), middle, numbers.end());
  return *middle;
}

std::vector<Figure> measure(std::span<const Case> cases, int rounds) {
  std::vector<int> sizes;
  for (const Case& it : cases) sizes.push_back(batch_size(it));
  std::vector<std::vector<double>> times(cases.size()), ratios(cases.size());
  for (int round = 0; round < rounds; ++round) {
    for (std::size_t i = 0; i < cases.size(); ++i) {
      times[i].push_back(time_batch(cases[i], sizes[i]));
      ratios[i].push_back(times[i].back() / times[0].back());
    }
  }
  std::vector<Figure> figures;
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const auto [own, openssl] = count_allocations(cases[i]);
    figures.push_back({median(std::move(times[i])), median(std::move(ratios[i])), own, openssl});
  }
  return figures;
}

std::vector<Figure> write(json::Writer& json, std::string_view name, std::span<const Case> cases,
                          int rounds) {
  std::vector<Figure> figures = measure(cases, rounds);
  json.key(name).begin_array();
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Figure& figure = figures[i];
    json.begin_object()
        .member("name", cases[i].name)
        .key("ns")
        .number(figure.ns)
        .key("ratio")
        .number(figure.ratio);
    json.key("allocations").number(figure.own).key("openssl").number(figure.openssl).end_object();
  }
  json.end_array();
  return figures;
}

int read_rounds(int argc, char** argv, int otherwise) {
  const int rounds = argc == 1 ? otherwise : argc == 2 ? std::atoi(argv[1]) : 0;
  if (rounds > 0) return rounds;
  std::fprintf(stderr, "usage: %s [ROUNDS]\n", argv[0]);
  std::exit(2);
}

}  // namespace signet::bench
