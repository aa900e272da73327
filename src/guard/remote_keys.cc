#include "guard/remote_keys.h"

#include <algorithm>
#include <charconv>
#include <random>

#include "base/try.h"

namespace signet::guard {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

/// The seconds of "max-age=N" in a Cache-Control header (RFC 9111 §5.2.2.1); 0 when it says none.
seconds max_age(std::string_view cache_control) {
  constexpr std::string_view kName = "max-age=";
  const std::size_t at = cache_control.find(kName);
  if (at == cache_control.npos) return seconds{0};
  const std::string_view digits = cache_control.substr(at + kName.size());
  std::int64_t value = 0;
  std::from_chars(digits.data(), digits.data() + digits.size(), value);
  return seconds{std::clamp<std::int64_t>(value, 0, 86400)};
}

/// Between half of it and all of it, so that a hundred APIs do not come at once after an outage.
milliseconds jittered(milliseconds longest) {
  thread_local std::minstd_rand random{std::random_device{}()};
  return milliseconds{
      std::uniform_int_distribution<std::int64_t>(longest.count() / 2, longest.count())(random)};
}

Result<void> check_answer(const HttpAnswer& answer) {
  if (answer.status != 200)
    return fail(Errc::kUnavailable, "the issuer answered the request for its keys with an error");
  return {};
}

}  // namespace

RemoteKeys::RemoteKeys(const Options& options, Fetcher& fetcher, const Clock& clock)
    : url_(options.url),
      refresh_every_(std::max(options.refresh_every, kCoolDown)),
      copy_(options.cache_dir, options.url),
      fetcher_(fetcher),
      clock_(clock) {}

RemoteKeys::~RemoteKeys() = default;

Result<void> RemoteKeys::start() {
  if (const auto fetched = refresh(); !fetched) {
    const auto copy = copy_.load();
    if (!copy) return fetched;
    const std::lock_guard fetching(fetching_);
    TRY_DO(adopt(copy->jwks));
    const std::lock_guard lock(mutex_);
    status_.from_disk = true;
    status_.refreshed_at = copy->saved_at;
  }
  thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  return {};
}

void RemoteKeys::want_refresh() noexcept {
  if (wanted_.exchange(true, std::memory_order_relaxed)) return;
  {
    const std::lock_guard lock(mutex_);
  }  // the thread is either before its check of wanted_, or asleep by now
  wake_.notify_all();
}

Result<void> RemoteKeys::refresh() {
  const std::lock_guard fetching(fetching_);
  const Result<void> outcome = fetch_and_adopt();
  note(outcome);
  return outcome;
}

Result<void> RemoteKeys::fetch_and_adopt() {
  TRY(answer,
      fetcher_.fetch({.url = url_, .headers = {{"Accept", "application/jwk-set+json, application/json"}}}));
  TRY_DO(check_answer(answer));
  TRY_DO(adopt(answer.body));
  max_age_ = max_age(answer.cache_control);
  return {};
}

/// Puts a key set in force, if it is another than the one that is.
Result<void> RemoteKeys::adopt(std::string_view jwks) {
  if (jwks == last_jwks_ && current_.load() != nullptr) return {};
  TRY(set, KeySet::from_jwks(jwks));
  const auto& keys = set.keys();
  if (std::any_of(keys.begin(), keys.end(), [](const Key& key) { return key.is_symmetric(); })) {
    return fail(Errc::kInvalidArgument,
                "the issuer publishes a shared secret: everybody could forge its tokens");
  }
  sets_.push_back(std::make_unique<const KeySet>(std::move(set)));
  current_.store(sets_.back().get(), std::memory_order_release);
  last_jwks_ = jwks;
  // A copy that cannot be written is no reason to refuse good keys; the status says what is wrong with the
  // folder.
  if (const auto saved = copy_.save(jwks, clock_.now()); !saved) {
    const std::lock_guard lock(mutex_);
    status_.copy_error = saved.error().what;
  }
  return {};
}

void RemoteKeys::note(const Result<void>& outcome) {
  const std::lock_guard lock(mutex_);
  ++status_.fetches;
  if (!outcome) {
    ++status_.failures;
    ++failures_in_a_row_;
    status_.last_error = outcome.error().what;
    return;
  }
  failures_in_a_row_ = 0;
  status_.last_error.clear();
  status_.from_disk = false;
  status_.refreshed_at = clock_.now();
}

/// How long to sleep after a fetch: until well before the keys are due, or, after failures, 1 s, 2 s, 4 s ...
/// 60 s.
milliseconds RemoteKeys::pause() const {
  const std::lock_guard lock(mutex_);
  if (failures_in_a_row_ != 0) {
    return jittered(
        std::min<milliseconds>(seconds{1} * (1U << std::min(failures_in_a_row_, 6U)), seconds{60}));
  }
  const seconds due = max_age_ > seconds{0} ? std::min(max_age_, refresh_every_) : refresh_every_;
  return jittered(std::max(due, kCoolDown));
}

void RemoteKeys::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto slept_from = std::chrono::steady_clock::now();
    const milliseconds longest = pause();
    std::unique_lock lock(mutex_);
    wake_.wait_for(lock, stop, longest, [this] { return wanted_.load(); });
    // Woken by an unknown kid: not before the cool-down is over, and not for what came meanwhile a second
    // time.
    wake_.wait_until(lock, stop, slept_from + kCoolDown, [] { return false; });
    wanted_.store(false);
    lock.unlock();
    if (!stop.stop_requested()) static_cast<void>(refresh());
  }
}

GuardStatus RemoteKeys::status() const {
  const std::lock_guard lock(mutex_);
  GuardStatus status = status_;
  status.keys = current_.load() ? current().keys().size() : 0;
  return status;
}

}  // namespace signet::guard
