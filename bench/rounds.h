// Compares what several things cost on a machine that others use too: one after another, a short batch each,
// many rounds. What disturbs one batch disturbs its neighbours, and medians forget the rest.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "json/writer.h"

namespace signet::bench {

struct Case {
  std::string name;
  std::function<void()> run;
};

struct Figure {
  double ns;       // CPU time of one run, median of the rounds
  double ratio;    // to the first case in the same round, median
  double own;      // allocations of one run after warm-up, but OpenSSL's
  double openssl;  // OpenSSL's
};

/// measure returns a figure for each case, in their order.
[[nodiscard]] std::vector<Figure> measure(std::span<const Case> cases, int rounds);

/// write measures the cases and writes them down, as an array of objects called `name`. Returns the figures.
std::vector<Figure> write(json::Writer& json, std::string_view name, std::span<const Case> cases, int rounds);

[[nodiscard]] double median(std::vector<double> numbers);

/// read_rounds reads a program's one argument, how many rounds to make; ends it when that is no such number.
[[nodiscard]] int read_rounds(int argc, char** argv, int otherwise);

}  // namespace signet::bench
