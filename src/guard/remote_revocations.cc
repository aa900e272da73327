#include "guard/remote_revocations.h"

#include <algorithm>
#include <new>
#include <system_error>
#include <utility>

#include "base/try.h"
#include "crypto/random.h"
#include "guard/jitter.h"
#include "guard/text.h"
#include "revocation/batch.h"
#include "revocation/status_list.h"
#include "token/jws.h"

namespace signet::guard {
namespace {

using revocation::Request;
using std::chrono::milliseconds;
using std::chrono::seconds;

constexpr seconds kLongestWait{30};  // of one poll, at the issuer
constexpr seconds kPatience{5};      // for an answer beyond that
constexpr int kFirstFailures = 3;    // that the start puts up with, as long as the issuer answers
constexpr std::size_t kMaxCopy =
    revocation::kMaxLists * (sizeof(RevocationSet::Bits) + 1) + std::size_t{16} * 1024;

std::string target(const Request& request, seconds wait) {
  if (request.kind == Request::Kind::kList) return "/status/" + std::to_string(request.list);
  if (!request.after) return "/revocations";
  return "/revocations?after=" + std::to_string(request.after->seq) + "&epoch=" + request.after->epoch +
         "&wait=" + std::to_string(wait.count());
}

/// What an answer's status says of the request.
Result<void> judge_status(int status, Request::Kind kind) {
  if (status == 200) return {};
  if (status == 401) return fail(Errc::kInvalidArgument, "the issuer does not know this verifier key");
  if (status == 404 && kind == Request::Kind::kList)
    return fail(Errc::kNotFound, "the issuer has dropped a status list that it told of");
  if (status == 404) {
    return fail(Errc::kNotFound,
                "the issuer has no revocation feed: open the guard with follow_revocations = false to do "
                "without, or set revocations_url");
  }
  return fail(Errc::kUnavailable, "the issuer answered the request for its revocations with an error");
}

}  // namespace

RemoteRevocations::RemoteRevocations(Options options, Fetcher& fetcher, const Clock& clock,
                                     Noticeboard& board, RemoteKeys* keys)
    : options_(std::move(options)),
      instance_(crypto::random_id()),
      copy_(options_.cache_dir, "revocations", options_.base_url + "\n" + options_.issuer, ".bin"),
      fetcher_(fetcher),
      clock_(clock),
      board_(board),
      keys_(keys),
      follower_(options_.issuer) {}

RemoteRevocations::~RemoteRevocations() = default;

Result<void> RemoteRevocations::start() {
  load_copy();
  const auto reached = catch_up();
  if (!reached && !follower_.set()) {
    if (reached.error().code != Errc::kWrongIssuer) return reached;
    return fail(Errc::kWrongIssuer,
                "the issuer at this address calls itself otherwise: set `issuer` to what its tokens have as "
                "iss, letter by "
                "letter (ISSUER/.well-known/signet tells)");
  }
  try {
    thread_ = std::jthread([this](const std::stop_token& stop) { run(stop); });
  } catch (const std::system_error&) {
    return fail(Errc::kUnavailable, "the system has no thread left to follow the revocations");
  }
  return {};
}

/// A copy that is no good is as if there were none, but for the status.
void RemoteRevocations::load_copy() {
  const auto content = copy_.load(kMaxCopy);
  auto restored = content ? revocation::Follower::restore(as_bytes(*content), options_.issuer)
                          : std::unexpected(content.error());
  const std::lock_guard lock(mutex_);
  if (restored) {
    follower_ = std::move(*restored);
    saved_ = follower_.position();
    saved_fresh_at_ = follower_.fresh_at();
    status_.from_disk = true;
  } else if (restored.error().code != Errc::kNotFound) {
    status_.copy_error = restored.error().what;
  }
}

/// Asks until the state is as new as the issuer's, or the issuer cannot be asked.
Result<void> RemoteRevocations::catch_up() {
  for (int failures = 0;;) {
    const Request::Kind kind = follower_.next().kind;
    const Result<void> done = step(seconds{0}, {});
    if (done && !follower_.is_loading()) return done;
    if (done) continue;
    // What was replayed by a cache, and what was dropped while it was loaded, is asked for anew.
    const Errc code = done.error().code;
    const bool again = code == Errc::kConflict || (code == Errc::kNotFound && kind == Request::Kind::kList);
    if (!again || ++failures == kFirstFailures) return done;
  }
}

/// One request, and what follows from its answer.
Result<void> RemoteRevocations::step(seconds wait, const std::stop_token& stop) {
  if (!is_settled_) settle(stop, false);  // at the start, or when memory ran out the last time
  const Request request = follower_.next();
  const auto statement = fetch(request, wait, stop);
  is_settled_ = false;
  Result<void> taken = statement ? take(request, *statement) : std::unexpected(statement.error());
  if (stop.stop_requested()) return taken;
  if (!statement) follower_.fail_request(statement.error().code);
  settle(stop, !taken && taken.error().code == Errc::kUnknownKey);
  note(taken);
  return taken;
}

/// Before the next request, which acknowledges what the follower knows: puts it in force, keys too, and on disk. Where memory
/// runs out in between, nothing is acknowledged until all of it has been done.
void RemoteRevocations::settle(const std::stop_token& stop, bool is_key_missing) {
  may_acknowledge_ = false;
  publish();
  see_to_keys(stop, is_key_missing);
  publish();  // again, since trust may grow now that the keys have come
  const bool is_kept = save_copy();
  may_acknowledge_ = is_kept && !are_keys_behind_;
  is_settled_ = true;
}

Result<std::string> RemoteRevocations::fetch(const Request& request, seconds wait,
                                             const std::stop_token& stop) const {
  HttpRequest http{
      .url = options_.base_url + target(request, wait), .max_body = token::kMaxStatement, .stop = stop};
  if (!options_.audience.empty()) {
    http.url += (http.url.find('?') == http.url.npos ? "?audience=" : "&audience=");
    http.url += percent_encoded(options_.audience);
  }
  http.timeout = (request.after ? wait : seconds{0}) + kPatience;
  http.headers = {{"Signet-Instance", instance_}};
  if (!options_.any_age) {
    http.headers.emplace_back("Signet-Max-Staleness", std::to_string(options_.max_staleness.count()));
  }
  // A poll in its own name acknowledges: not while a restart would bring back an older state, and not while a key may still be
  // accepted that the feed told to drop.
  if (!options_.verifier_key.empty() && may_acknowledge_) {
    http.headers.emplace_back("Authorization", "Bearer " + options_.verifier_key);
  }
  if (request.past_caches) http.headers.emplace_back("Cache-Control", "no-cache");
  TRY(answer, fetcher_.fetch(http));
  TRY_DO(judge_status(answer.status, request.kind));
  return std::move(answer.body);
}

Result<void> RemoteRevocations::take(const Request& request, std::string_view statement) {
  const auto keys = board_.newest()->keys;
  const auto read = [&](auto verified) -> Result<void> {
    if (!verified) {
      follower_.fail_request(verified.error().code);
      return std::unexpected(verified.error());
    }
    return follower_.take(*verified, clock_.now());
  };
  if (request.kind == Request::Kind::kFeed)
    return read(revocation::verify_batch(statement, *keys, options_.issuer));
  return read(revocation::verify_list(statement, *keys, options_.issuer, clock_.now()));
}

/// The feed tells of changes of the key set sooner than any other request would.
void RemoteRevocations::see_to_keys(const std::stop_token& stop, bool is_key_missing) {
  has_new_keys_ = false;
  if (!keys_) return;
  const std::uint64_t generation = board_.newest()->key_generation;
  if (is_key_missing) keys_->find_new(stop);
  are_keys_behind_ = follower_.keys() != 0 && !keys_->follow(follower_.keys(), stop);
  has_new_keys_ = board_.newest()->key_generation != generation;
}

/// Keys that are known to be old are no better than revocations that are: while they cannot be had, trust ends when it would
/// have ended.
void RemoteRevocations::publish() {
  if (!follower_.set()) return;
  const Time fresh_at = are_keys_behind_ ? published_fresh_at_ : follower_.fresh_at();
  if (follower_.set() == published_ && fresh_at == published_fresh_at_) return;
  if (options_.any_age) {
    board_.put_revocations(follower_.set(), Time::min(), Time::max());
  } else {
    board_.put_revocations(follower_.set(), fresh_at - revocation::Follower::kMaxAhead,
                           fresh_at + options_.max_staleness);
  }
  published_ = follower_.set();
  published_fresh_at_ = fresh_at;
}

/// So a verifier that starts again, even while its issuer is down, knows all that it has acknowledged. News of the time alone is
/// written once in a while. False: what is known could not be kept.
bool RemoteRevocations::save_copy() {
  if (!copy_.is_kept() || !follower_.set()) return true;
  const bool is_news = follower_.position() != saved_;
  if (follower_.is_loading()) return !is_news;
  const auto newer = follower_.fresh_at() - saved_fresh_at_;  // below 0: the clock has been set back
  if (!is_news && newer >= std::chrono::seconds(0) && newer < options_.max_staleness / 10) return true;
  const auto saved = copy_.save(as_text(follower_.snapshot()));
  if (saved) {
    saved_ = follower_.position();
    saved_fresh_at_ = follower_.fresh_at();
  }
  const std::lock_guard lock(mutex_);
  status_.copy_error = saved ? "" : saved.error().what;
  return saved || !is_news;
}

void RemoteRevocations::note(const Result<void>& outcome) {
  const std::lock_guard lock(mutex_);
  ++status_.requests;
  if (outcome) {
    status_.from_disk = false;
  } else {
    ++status_.failures;
  }
  status_.last_error = outcome ? "" : outcome.error().what;
  status_.epoch = follower_.position().epoch;
  status_.sequence = follower_.position().seq;
  if (follower_.set()) status_.fresh_at = follower_.fresh_at();
  status_.is_loading = follower_.is_loading();
}

void RemoteRevocations::note_memory() noexcept {
  try {
    note(fail(Errc::kInternal, "not enough memory to follow the revocations"));
  } catch (const std::bad_alloc&) {
    return;  // nor to say so
  }
}

void RemoteRevocations::run(const std::stop_token& stop) {
  const seconds usual_wait = std::clamp(options_.max_staleness / 3, seconds{1}, kLongestWait);
  while (!stop.stop_requested()) {
    // No longer than between two polls: who must know of revocations within seconds cannot be half a minute late for the
    // issuer's return. New keys may read what failed a moment ago.
    const auto delay = std::min<milliseconds>(follower_.delay(), usual_wait);
    if (delay.count() > 0 && !has_new_keys_) {
      std::unique_lock lock(mutex_);
      wake_.wait_for(lock, stop, jittered(delay), [] { return false; });
      if (stop.stop_requested()) return;
    }
    try {
      static_cast<void>(step(are_keys_behind_ ? std::min(usual_wait, kCoolDown) : usual_wait, stop));
    } catch (const std::bad_alloc&) {
      follower_.fail_request(Errc::kInternal);
      note_memory();
    }
  }
}

RevocationStatus RemoteRevocations::status() const {
  RevocationStatus status = [this] {
    const std::lock_guard lock(mutex_);
    return status_;
  }();
  const auto known = board_.newest();
  if (!known->revocations) return status;
  status.lists = known->revocations->lists().size();
  status.bytes = known->revocations->bytes();
  status.is_stale = known->is_stale(clock_.now());
  return status;
}

}  // namespace signet::guard
