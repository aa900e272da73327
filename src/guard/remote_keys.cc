#include "guard/remote_keys.h"

#include <algorithm>
#include <charconv>
#include <new>
#include <random>
#include <system_error>

#include "base/try.h"
#include "crypto/numbers.h"
#include "token/material.h"

namespace signet::guard {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLongest = std::chrono::hours(24);

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

/// The keys as text, in an order of their own: equal for sets that differ in order or spelling alone.
std::vector<std::string> sorted_jwks(const KeySet& set) {
  std::vector<std::string> jwks;
  for (const Key& key : set.keys()) jwks.push_back(key.jwk());
  std::sort(jwks.begin(), jwks.end());
  return jwks;
}

}  // namespace

RemoteKeys::RemoteKeys(const Options& options, Fetcher& fetcher, const Clock& clock)
    : url_(options.url),
      refresh_every_(std::clamp<seconds>(options.refresh_every, kCoolDown, kLongest)),
      algorithm_(options.algorithm),
      copy_(options.cache_dir, options.url),
      fetcher_(fetcher),
      clock_(clock) {}

RemoteKeys::~RemoteKeys() = default;

Result<void> RemoteKeys::start() {
  if (const auto fetched = refresh(); !fetched) {
    const auto copy = copy_.load();
    if (!copy && copy.error().code == Errc::kNotFound) return fetched;
    if (!copy) return std::unexpected(copy.error());
    TRY(keys, read(copy->jwks));
    const std::lock_guard fetching(fetching_);
    put_in_force(std::move(keys));
    saved_jwks_ = copy->jwks;
    saved_at_ = copy->saved_at;
    const std::lock_guard lock(mutex_);
    status_.from_disk = true;
    status_.refreshed_at = copy->saved_at;
  }
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  } catch (const std::system_error&) {
    return fail(Errc::kUnavailable, "the system has no thread left to keep the keys fresh");
  }
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
  Result<Fetched> fetched = fetch();
  if (!fetched) {
    note_failure(fetched.error().what);
    return std::unexpected(fetched.error());
  }
  put_in_force(std::move(fetched->keys));
  save_copy(fetched->jwks);
  note_success(fetched->max_age);
  return {};
}

Result<RemoteKeys::Fetched> RemoteKeys::fetch() {
  TRY(answer,
      fetcher_.fetch({.url = url_, .headers = {{"Accept", "application/jwk-set+json, application/json"}}}));
  if (answer.status != 200) {
    return fail(Errc::kUnavailable, "the issuer answered the request for its keys with an error");
  }
  TRY(keys, read(answer.body));
  return Fetched{std::move(answer.body), std::move(keys), max_age(answer.cache_control)};
}

Result<KeySet> RemoteKeys::read(std::string_view jwks) const {
  TRY(keys, KeySet::from_jwks(jwks, algorithm_));
  for (const Key& key : keys.keys()) {
    if (crypto::is_private(key.material().numbers)) {
      return fail(Errc::kInvalidArgument,
                  "the issuer publishes a secret or private key: everybody could forge its tokens");
    }
  }
  return std::move(keys);
}

void RemoteKeys::put_in_force(KeySet keys) {
  const KeySet* const old = current_.load();
  if (old && sorted_jwks(*old) == sorted_jwks(keys)) return;
  sets_.push_back(std::make_unique<const KeySet>(std::move(keys)));
  current_.store(sets_.back().get(), std::memory_order_release);
}

/// Writes new keys at once, and known ones every hour, so that the copy tells when they were last confirmed. A copy that
/// cannot be written is no reason to refuse good keys; the status says so, and the next fetch tries again.
void RemoteKeys::save_copy(const std::string& jwks) {
  const Time now = clock_.now();
  if (jwks == saved_jwks_ && now - saved_at_ < std::chrono::hours(1)) return;
  const auto saved = copy_.save(jwks, now);
  if (saved) {
    saved_jwks_ = jwks;
    saved_at_ = now;
  }
  const std::lock_guard lock(mutex_);
  status_.copy_error = saved ? "" : saved.error().what;
}

void RemoteKeys::note_success(seconds max_age) {
  const std::lock_guard lock(mutex_);
  ++status_.fetches;
  failures_in_a_row_ = 0;
  max_age_ = max_age;
  status_.last_error.clear();
  status_.from_disk = false;
  status_.refreshed_at = clock_.now();
}

void RemoteKeys::note_failure(const char* what) {
  const std::lock_guard lock(mutex_);
  ++status_.fetches;
  ++status_.failures;
  ++failures_in_a_row_;
  status_.last_error = what;
}

/// How long to sleep after a fetch: until well before the keys are due; after failures 5 s, 10 s, 20 s, 40 s, 60 s.
milliseconds RemoteKeys::pause() const {
  const std::lock_guard lock(mutex_);
  if (failures_in_a_row_ != 0) {
    const seconds longest = kCoolDown * (1U << std::min(failures_in_a_row_ - 1, 4U));
    return std::max<milliseconds>(jittered(std::min<seconds>(longest, seconds{60})), kCoolDown);
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
    // Woken by an unknown kid: not before the cool-down is over, and not for what came meanwhile a second time.
    wake_.wait_until(lock, stop, slept_from + kCoolDown, [] { return false; });
    wanted_.store(false);
    lock.unlock();
    if (stop.stop_requested()) return;
    try {
      static_cast<void>(refresh());
    } catch (const std::bad_alloc&) {
      note_failure("not enough memory to refresh the keys");  // the old ones stay; tried again
    }
  }
}

GuardStatus RemoteKeys::status() const {
  const std::lock_guard lock(mutex_);
  GuardStatus status = status_;
  status.keys = current_.load() ? current().keys().size() : 0;
  return status;
}

}  // namespace signet::guard
