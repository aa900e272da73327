#include "guard/remote_keys.h"

#include <algorithm>
#include <charconv>
#include <new>
#include <system_error>

#include "base/ascii.h"
#include "base/try.h"
#include "crypto/numbers.h"
#include "crypto/random.h"
#include "guard/jitter.h"
#include "json/document.h"
#include "token/material.h"

namespace signet::guard {
namespace {

using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLongest = std::chrono::hours(24);

/// The value of `name` among comma-separated directives, RFC 9111 §5.2: "name=5" or "name=\"5\"", in any case of letters.
std::optional<std::string_view> directive(std::string_view header, std::string_view name) {
  while (!header.empty()) {
    const std::size_t comma = std::min(header.find(','), header.size());
    std::string_view part = header.substr(0, comma);
    header.remove_prefix(std::min(comma + 1, header.size()));
    part.remove_prefix(std::min(part.find_first_not_of(" \t"), part.size()));
    const std::size_t equals = part.find('=');
    if (equals == part.npos || !equal_ignoring_case(part.substr(0, equals), name)) continue;
    std::string_view value = part.substr(equals + 1);
    if (value.starts_with('"')) value.remove_prefix(1);
    return value;
  }
  return std::nullopt;
}

/// The seconds of "max-age" in a Cache-Control header (RFC 9111 §5.2.2.1); 0 when it says none.
seconds max_age(std::string_view cache_control) {
  const auto digits = directive(cache_control, "max-age");
  if (!digits) return seconds{0};
  std::int64_t value = 0;
  const auto [_, error] = std::from_chars(digits->data(), digits->data() + digits->size(), value);
  if (error == std::errc::result_out_of_range) return kLongest;
  return seconds{std::clamp<std::int64_t>(value, 0, kLongest.count())};
}

/// Whether a Content-Type is JSON: "application/json", "application/jwk-set+json", with parameters or without.
bool is_json(std::string_view content_type) {
  std::string_view type = content_type.substr(0, content_type.find(';'));
  while (type.ends_with(' ') || type.ends_with('\t')) type.remove_suffix(1);
  return equal_ignoring_case(type, "application/json") ||
         equal_ignoring_case(type, "application/jwk-set+json");
}

/// What our issuers call the state of their key set; nothing in the sets of others. kInternal: no memory.
Result<std::optional<std::int64_t>> version_of(std::string_view jwks) {
  TRY(document, json::parse_secret_object(jwks));
  const auto version = json::root(*document).member("version");
  const auto number = version ? version->as_int() : std::unexpected(version.error());
  return number ? std::optional(*number) : std::nullopt;
}

std::string with_query(const std::string& url, std::string_view name, const std::string& value) {
  const char* const separator = url.find('?') == url.npos ? "?" : "&";
  return url + separator + std::string(name) + "=" + value;
}

/// The keys as text, in an order of their own: equal for sets that differ in order or spelling alone.
std::vector<std::string> sorted_jwks(const KeySet& set) {
  std::vector<std::string> jwks;
  for (const Key& key : set.keys()) jwks.push_back(key.jwk());
  std::sort(jwks.begin(), jwks.end());
  return jwks;
}

}  // namespace

RemoteKeys::RemoteKeys(const Options& options, Fetcher& fetcher, const Clock& clock, Noticeboard& board)
    : url_(options.url),
      refresh_every_(std::clamp<seconds>(options.refresh_every, kCoolDown, kLongest)),
      algorithm_(options.algorithm),
      copy_(options.cache_dir, options.url),
      fetcher_(fetcher),
      clock_(clock),
      board_(board) {}

RemoteKeys::~RemoteKeys() = default;

Result<void> RemoteKeys::start() {
  // The copy comes first, although the issuer knows better: a set that is older than it is none of the issuer's.
  const auto copied = take_copy();
  const auto fetched = refresh();
  if (!fetched && !copied) return copied.error().code == Errc::kNotFound ? fetched : copied;
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  } catch (const std::system_error&) {
    return fail(Errc::kUnavailable, "the system has no thread left to keep the keys fresh");
  }
  return {};
}

Result<void> RemoteKeys::take_copy() {
  TRY(copy, copy_.load());
  TRY(keys, read(copy.jwks));
  const std::lock_guard fetching(fetching_);
  std::vector<KeySet::Skipped> skipped = keys.skipped();
  TRY_DO(put_in_force(std::move(keys), copy.jwks));
  saved_jwks_ = copy.jwks;
  saved_at_ = copy.saved_at;
  const std::lock_guard lock(mutex_);
  status_.from_disk = true;
  status_.skipped_keys = std::move(skipped);
  status_.refreshed_at = copy.saved_at;
  return {};
}

void RemoteKeys::look_for_key_of(std::string_view token) noexcept {
  try {
    if (!missing_.ask(token.substr(0, token.find('.')))) return;
  } catch (const std::bad_alloc&) {
    return;  // the next one will ask
  }
  {
    const std::lock_guard lock(mutex_);
  }  // the thread is either before its look at missing_, or asleep by now
  wake_.notify_all();
}

Result<void> RemoteKeys::refresh() {
  const std::lock_guard fetching(fetching_);
  TRY_DO(refresh_by({.url = newest_url()}));
  return {};
}

void RemoteKeys::find_new(const std::stop_token& stop) {
  const std::lock_guard fetching(fetching_);
  const auto now = std::chrono::steady_clock::now();
  if (now - found_nothing_at_ < kCoolDown) return;
  const auto changed = refresh_by(past_caches(stop));
  if (!changed || !*changed) found_nothing_at_ = now;
}

bool RemoteKeys::follow(std::uint64_t version, const std::stop_token& stop) {
  const std::lock_guard fetching(fetching_);
  const auto wanted = static_cast<std::int64_t>(version);
  if (version_ >= wanted) return true;
  const auto now = std::chrono::steady_clock::now();
  if (followed_ == wanted && now - followed_at_ < kCoolDown) return false;
  followed_ = wanted;
  followed_at_ = now;
  const auto fetched =
      refresh_by({.url = with_query(url_, "version", std::to_string(version)), .stop = stop});
  if (fetched && !version_) version_ = wanted;  // a set that does not say: this is the newest that there is
  // Somebody may have asked for it before it came, and a cache have kept what there was.
  const bool is_old = fetched ? version_ < wanted : fetched.error().code == Errc::kConflict;
  if (is_old) static_cast<void>(refresh_by(past_caches(stop)));
  return version_ >= wanted;
}

/// Where caches have nothing older than what is in force: so none that is a little behind looks like an issuer that is.
std::string RemoteKeys::newest_url() const {
  return version_ ? with_query(url_, "version", std::to_string(*version_)) : url_;
}

/// A request that no cache can have an answer to, whether it heeds what the header asks or not.
HttpRequest RemoteKeys::past_caches(const std::stop_token& stop) const {
  return {.url = with_query(url_, "fresh", crypto::random_id()),
          .headers = {{"Cache-Control", "no-cache"}},
          .stop = stop};
}

Result<bool> RemoteKeys::refresh_by(HttpRequest request) {
  missing_.begin();
  const auto changed = [&]() -> Result<bool> {
    TRY(fetched, fetch(std::move(request)));
    std::vector<KeySet::Skipped> skipped = fetched.keys.skipped();
    TRY(is_changed, put_in_force(std::move(fetched.keys), fetched.jwks));
    note_success(std::move(skipped), fetched.max_age);
    save_copy(fetched.jwks);
    return is_changed;
  }();
  if (!changed) note_failure(changed.error().what);
  missing_.end(!changed   ? MissingKeys::Outcome::kFailed
               : *changed ? MissingKeys::Outcome::kChanged
                          : MissingKeys::Outcome::kSame);
  return changed;
}

Result<RemoteKeys::Fetched> RemoteKeys::fetch(HttpRequest request) {
  request.headers.emplace_back("Accept", "application/jwk-set+json, application/json");
  TRY(answer, fetcher_.fetch(request));
  if (answer.status != 200) {
    return fail(Errc::kUnavailable, "the issuer answered the request for its keys with an error");
  }
  if (!is_json(answer.content_type)) {
    return fail(Errc::kMalformed, "what the issuer answered for its keys is no JSON (by its Content-Type)");
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

/// True when they differ from those in force, by more than order or spelling: these stay when they do not, and with them
/// all that threads remember of them. kConflict: they are older than those in force, so that a key that was dropped would be
/// back.
Result<bool> RemoteKeys::put_in_force(KeySet keys, std::string_view jwks) {
  TRY(version, version_of(jwks));
  if (version && version < version_) {
    return fail(
        Errc::kConflict,
        "the keys at the issuer's address are older than those in force: a cache in between keeps them too "
        "long, or the issuer goes on from a backup: then run `signet admin restored` there");
  }
  std::vector<std::string> sorted = sorted_jwks(keys);
  const bool is_changed = sorted != in_force_;
  if (is_changed) {
    board_.put_keys(std::move(keys));
    in_force_ = std::move(sorted);
  }
  version_ = version;
  return is_changed;
}

/// Writes new keys at once, and known ones every hour, so that the copy tells when they were last confirmed. A copy that
/// cannot be written is no reason to refuse good keys; the status says so, and the next fetch tries again.
void RemoteKeys::save_copy(const std::string& jwks) {
  const Time now = clock_.now();
  if (jwks == saved_jwks_ && now >= saved_at_ && now - saved_at_ < std::chrono::hours(1)) return;
  const auto saved = copy_.save(jwks, now);
  if (saved) {
    saved_jwks_ = jwks;
    saved_at_ = now;
  }
  const std::lock_guard lock(mutex_);
  status_.copy_error = saved ? "" : saved.error().what;
}

void RemoteKeys::note_success(std::vector<KeySet::Skipped> skipped, seconds max_age) {
  const std::lock_guard lock(mutex_);
  ++status_.fetches;
  failures_in_a_row_ = 0;
  max_age_ = max_age;
  last_error_ = "";
  status_.from_disk = false;
  status_.refreshed_at = clock_.now();
  status_.skipped_keys = std::move(skipped);
}

void RemoteKeys::note_failure(const char* what) noexcept {
  const std::lock_guard lock(mutex_);
  ++status_.fetches;
  ++status_.failures;
  ++failures_in_a_row_;
  last_error_ = what;
}

/// Until well before the keys are due; after failures 5 s, 10 s, 20 s, 40 s, 60 s, and no missing key shortens that.
RemoteKeys::Rest RemoteKeys::rest() const {
  const std::lock_guard lock(mutex_);
  if (failures_in_a_row_ != 0) {
    const seconds longest = kCoolDown * (1U << std::min(failures_in_a_row_ - 1, 4U));
    const auto pause = std::max<milliseconds>(jittered(std::min<seconds>(longest, seconds{60})), kCoolDown);
    return {pause, pause};
  }
  const seconds due = max_age_ > seconds{0} ? std::min(max_age_, refresh_every_) : refresh_every_;
  const milliseconds longest = jittered(std::max(due, kCoolDown));
  return {std::min<milliseconds>(missing_.cool_down(), longest), longest};
}

void RemoteKeys::run(const std::stop_token& stop) {
  while (!stop.stop_requested()) {
    const auto start = std::chrono::steady_clock::now();
    const Rest rest = this->rest();
    std::unique_lock lock(mutex_);
    wake_.wait_until(lock, stop, start + rest.longest, [this] { return missing_.is_wanted(); });
    wake_.wait_until(lock, stop, start + rest.shortest, [] { return false; });
    lock.unlock();
    if (stop.stop_requested()) return;
    try {
      const std::lock_guard fetching(fetching_);
      static_cast<void>(refresh_by({.url = newest_url(), .stop = stop}));
    } catch (const std::bad_alloc&) {
      note_failure("not enough memory to refresh the keys");  // the old ones stay; tried again
    }
  }
}

GuardStatus RemoteKeys::status() const {
  const std::lock_guard lock(mutex_);
  GuardStatus status = status_;
  status.last_error = last_error_;
  return status;
}

}  // namespace signet::guard
