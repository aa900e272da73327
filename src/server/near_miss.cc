#include "server/near_miss.h"

#include <fmt/core.h>

#include <algorithm>
#include <numeric>
#include <utility>

namespace signet::server {
namespace {

constexpr std::size_t kMaxSlips = 2;
constexpr std::size_t kMaxName = 64;  // longer ones are no slip, and not worth the time

/// Levenshtein's distance: letters put in, left out or mistaken.
std::size_t slips_between(std::string_view a, std::string_view b) {
  std::vector<std::size_t> row(b.size() + 1);
  std::iota(row.begin(), row.end(), std::size_t{0});
  for (std::size_t i = 1; i <= a.size(); ++i) {
    std::size_t diagonal = std::exchange(row[0], i);
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const std::size_t mistaken = diagonal + (a[i - 1] == b[j - 1] ? 0 : 1);
      diagonal = std::exchange(row[j], std::min({mistaken, row[j] + 1, row[j - 1] + 1}));
    }
  }
  return row.back();
}

}  // namespace

std::string did_you_mean(std::string_view typed, const std::vector<std::string>& known) {
  if (typed.size() > kMaxName) return {};
  const std::string* best = nullptr;
  std::size_t fewest = std::min(kMaxSlips, typed.size() / 2) + 1;
  for (const std::string& name : known) {
    const std::size_t slips = slips_between(typed, name);
    if (slips >= fewest) continue;
    fewest = slips;
    best = &name;
  }
  return best ? fmt::format("; did you mean {}?", *best) : std::string();
}

}  // namespace signet::server
