#include "guard/missing_keys.h"

#include <algorithm>
#include <utility>

namespace signet::guard {
namespace {

constexpr std::size_t kMostHeaders = 256;    // remembered at a time
constexpr std::size_t kLongestHeader = 512;  // longer ones are not remembered

}  // namespace

bool MissingKeys::ask(std::string_view header) {
  const std::lock_guard lock(mutex_);
  if (is_wanted_ && asked_.size() >= kMostHeaders) return false;
  if (header.size() <= kLongestHeader) {
    std::string key(header);
    if (absent_.contains(key)) return false;
    if (asked_.size() < kMostHeaders) asked_.insert(std::move(key));
  }
  return !std::exchange(is_wanted_, true);
}

bool MissingKeys::is_wanted() const {
  const std::lock_guard lock(mutex_);
  return is_wanted_;
}

std::chrono::seconds MissingKeys::cool_down() const {
  const std::lock_guard lock(mutex_);
  return cool_down_;
}

void MissingKeys::begin() {
  const std::lock_guard lock(mutex_);
  is_for_them_ = std::exchange(is_wanted_, false);
  served_ = std::exchange(asked_, {});
}

void MissingKeys::end(Outcome outcome) {
  const std::lock_guard lock(mutex_);
  const bool was_for_them = std::exchange(is_for_them_, false);
  Headers served = std::exchange(served_, {});
  if (outcome == Outcome::kFailed) return;  // they may ask again
  if (outcome == Outcome::kChanged) {
    absent_.clear();  // and who is still in want asks again
    asked_.clear();
    is_wanted_ = false;
    cool_down_ = kCoolDown;
    return;
  }
  cool_down_ = was_for_them ? std::min(cool_down_ * 2, kLongestCoolDown) : kCoolDown;
  if (absent_.size() + served.size() > kMostHeaders) absent_.clear();
  absent_.merge(served);
}

}  // namespace signet::guard
