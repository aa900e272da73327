// Compares what several things cost on a machine that others use too: one after another, a short batch each, many rounds.
// What disturbs one batch disturbs its neighbours, and medians forget the rest.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <vector>

namespace signet::bench {

struct Case {
  std::string name;
  std::function<void()> run;
};

struct Figure {
  double ns;           // CPU time of one run, median of the rounds
  double ratio;        // to the first case of the same round, median
  double allocations;  // of our own in one run, after warm-up
};

/// measure returns a figure for each case, in their order.
[[nodiscard]] std::vector<Figure> measure(std::span<const Case> cases, int rounds);

[[nodiscard]] double median(std::vector<double> numbers);

}  // namespace signet::bench
