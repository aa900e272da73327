// simulation_test [--seeds N] [--first K]: lives through N worlds, whose seeds are K, K + 1, ... A failure prints its seed;
// `--seeds 1 --first SEED` shows it again.
#include <cstdio>
#include <cstdlib>
#include <cstring>
#include <exception>

#include "world.h"

int main(int count, char** arguments) {
  std::uint64_t seeds = 300;
  std::uint64_t first = 0;
  for (int i = 1; i < count; i += 2) {
    const bool is_seeds = std::strcmp(arguments[i], "--seeds") == 0;
    if ((!is_seeds && std::strcmp(arguments[i], "--first") != 0) || i + 1 == count) {
      std::fprintf(stderr, "usage: simulation_test [--seeds N] [--first K]\n");
      return 2;
    }
    (is_seeds ? seeds : first) = std::strtoull(arguments[i + 1], nullptr, 10);
  }
  std::size_t verifiers = 0;
  std::size_t failures = 0;
  for (std::uint64_t seed = first; seed < first + seeds; ++seed) {
    try {
      signet::simulation::World world(seed);
      verifiers += world.verifiers();
      world.run();
    } catch (const std::exception& broken) {
      std::fprintf(stderr, "seed %llu: %s\n", static_cast<unsigned long long>(seed), broken.what());
      if (++failures == 20) break;
    }
  }
  std::printf("simulation: %llu seeds from %llu, %zu verifiers, %zu failures\n",
              static_cast<unsigned long long>(seeds), static_cast<unsigned long long>(first), verifiers,
              failures);
  return failures == 0 && seeds > 0 ? 0 : 1;
}
