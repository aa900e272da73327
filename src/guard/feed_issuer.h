// An issuer for tests, behind a Fetcher: keys, status lists and a feed with long polls, made of the library's own parts; and
// whatever goes wrong with them.
#pragma once

#include <atomic>
#include <condition_variable>
#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "guard/http_client.h"
#include "revocation/feed_log.h"
#include "revocation/status_list.h"
#include "signet/signer.h"
#include "token/jws.h"

namespace signet::guard {

/// SettableClock shows what the test has set, on every thread.
class SettableClock final : public Clock {
 public:
  explicit SettableClock(std::shared_ptr<const std::atomic<std::int64_t>> seconds)
      : seconds_(std::move(seconds)) {}
  [[nodiscard]] Time now() const override { return from_unix(*seconds_); }

 private:
  std::shared_ptr<const std::atomic<std::int64_t>> seconds_;
};

class FeedIssuer {
 public:
  static constexpr const char* kUrl = "https://auth.example";

  FeedIssuer() = default;

  // --- What the issuer does.
  void revoke(std::uint64_t list, std::uint32_t index) {
    change([&] {
      revoked_[list].insert(index);
      static_cast<void>(log_.revoked({log_.now().position.seq + 1, list, index}));
    });
  }
  void set_lists(std::uint64_t first, std::uint64_t last) {
    change([&] { static_cast<void>(log_.lists_changed(log_.now().position.seq + 1, {first, last})); });
  }
  /// Another key takes the place of the one in force; `tells` the feed of it, or not.
  void change_key(bool tells = true) {
    change([&] {
      key_ = *Key::generate(Algorithm::kEd25519);
      ++version_;
      if (tells) static_cast<void>(log_.keys_changed(log_.now().position.seq + 1, version_));
    });
  }
  /// The feed tells of another key set, which cannot be had; the key in force goes on signing.
  void announce_keys_that_cannot_be_had() {
    change([&] {
      are_keys_hidden_ = true;
      static_cast<void>(log_.keys_changed(log_.now().position.seq + 1, ++version_));
    });
  }
  /// The feed tells of another version of the same keys.
  void announce_keys() {
    change([&] { static_cast<void>(log_.keys_changed(log_.now().position.seq + 1, ++version_)); });
  }
  void give_the_keys_out_again() {
    change([&] { are_keys_hidden_ = false; });
  }
  /// Forgets what is older than now: whoever has not followed so far must load the lists.
  void forget() {
    change([&] { log_ = revocation::FeedLog(log_.now(), log_.now().position.seq, {}); });
  }
  void restore_backup(std::string epoch) {
    change([&] {
      revoked_.clear();
      log_ = revocation::FeedLog({{std::move(epoch), 1}, log_.now().lists, log_.now().keys}, 1, {});
    });
  }
  void heartbeat() {
    change([&] { ++heartbeats_; });
  }
  void pass(std::chrono::seconds time) { *seconds_ += time.count(); }

  // --- What goes wrong.
  void go_down() {
    change([&] { is_down_ = true; });
  }
  void come_up() {
    change([&] { is_down_ = false; });
  }
  void have_no_feed() {
    change([&] { feed_status_ = 404; });
  }
  void refuse_the_verifier() {
    change([&] { feed_status_ = 401; });
  }
  /// Every answer to a feed request is this one, until told "".
  void say(std::string statement) {
    change([&] { said_ = std::move(statement); });
  }

  // --- What tests look at.
  [[nodiscard]] std::string token(std::uint64_t list, std::uint64_t index, const std::string& issuer = kUrl) {
    return token_of(R"({"status_list":{"idx":)" + std::to_string(index) + R"(,"uri":")" +
                    revocation::list_uri(issuer, list) + "\"}}");
  }
  [[nodiscard]] std::string token_of(const std::string& status) {
    const std::lock_guard lock(mutex_);
    Claims claims;
    claims.set("iss", kUrl).set("aud", "orders").set("exp", now() + std::chrono::hours(1));
    if (!status.empty()) static_cast<void>(claims.set_json("status", status));
    return *Signer::create(key_)->sign(claims);
  }
  /// The answer that the feed would give now.
  [[nodiscard]] revocation::Batch batch(std::optional<revocation::Position> asked = {}) {
    const std::lock_guard lock(mutex_);
    return log_.answer(asked, now());
  }
  [[nodiscard]] std::string sign(const revocation::Batch& batch, const char* issuer = kUrl,
                                 std::string_view type = revocation::kBatchType) {
    const std::lock_guard lock(mutex_);
    return *token::sign_statement(key_, type, revocation::write_batch(batch, issuer));
  }
  [[nodiscard]] Key key() {
    const std::lock_guard lock(mutex_);
    return key_;
  }
  [[nodiscard]] std::vector<HttpRequest> requests() {
    const std::lock_guard lock(mutex_);
    return requests_;
  }
  /// Waits until somebody asks for what comes after `sequence`, and so has acknowledged it.
  void await_asked_after(std::uint64_t sequence) {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return asked_after_ && *asked_after_ >= sequence; });
  }
  [[nodiscard]] std::unique_ptr<Clock> clock() const { return std::make_unique<SettableClock>(seconds_); }
  [[nodiscard]] std::unique_ptr<Fetcher> fetcher() { return std::make_unique<Line>(*this); }
  [[nodiscard]] Time now() const { return from_unix(*seconds_); }

 private:
  class Line final : public Fetcher {
   public:
    explicit Line(FeedIssuer& issuer) : issuer_(issuer) {}
    Result<HttpAnswer> fetch(const HttpRequest& request) override { return issuer_.answer(request); }

   private:
    FeedIssuer& issuer_;
  };

  template <class Change>
  void change(Change&& make) {
    {
      const std::lock_guard lock(mutex_);
      make();
    }
    changed_.notify_all();
  }

  static std::optional<std::string> query(const std::string& url, const std::string& name) {
    for (std::size_t i = url.find('?'); i != url.npos; i = url.find('&', i + 1)) {
      if (url.compare(i + 1, name.size() + 1, name + "=") != 0) continue;
      const std::size_t start = i + name.size() + 2;
      return url.substr(start, url.find('&', start) - start);
    }
    return std::nullopt;
  }

  Result<HttpAnswer> answer(const HttpRequest& request) {
    std::unique_lock lock(mutex_);
    requests_.push_back(request);
    const std::string path = request.url.substr(0, request.url.find('?'));
    constexpr const char* kLists = "/v1/status/";
    if (is_down_) return std::unexpected(Error{Errc::kUnavailable, "down"});
    if (path.ends_with("/jwks.json")) {
      return are_keys_hidden_ ? HttpAnswer{503, "", "", {}, ""} : ok(jwks());
    }
    if (path.ends_with("/v1/revocations")) return poll(request, lock);
    if (const std::size_t at = path.find(kLists); at != path.npos) return list(path.substr(at + 11));
    return HttpAnswer{404, "", "", {}, ""};
  }

  Result<HttpAnswer> poll(const HttpRequest& request, std::unique_lock<std::mutex>& lock) {
    std::optional<revocation::Position> asked;
    if (const auto after = query(request.url, "after")) {
      asked = {*query(request.url, "epoch"), std::stoull(*after)};
    }
    if (asked) asked_after_ = asked->seq;
    changed_.notify_all();
    const std::uint64_t beats = heartbeats_;
    if (asked && *query(request.url, "wait") != "0" && said_.empty()) {
      changed_.wait(lock, request.stop, [&] {
        return log_.has_news(*asked) || heartbeats_ != beats || is_down_ || feed_status_ != 200 ||
               !said_.empty();
      });
    }
    if (is_down_ || request.stop.stop_requested()) return std::unexpected(Error{Errc::kUnavailable, "down"});
    if (feed_status_ != 200) return HttpAnswer{feed_status_, "", "", {}, ""};
    if (!said_.empty()) return ok(said_);
    return ok(*token::sign_statement(key_, revocation::kBatchType,
                                     revocation::write_batch(log_.answer(asked, now()), kUrl)));
  }

  HttpAnswer list(const std::string& name) {
    const auto number = revocation::read_list_number(name);
    const revocation::ListRange live = log_.now().lists;
    if (!number || *number < live.first || *number > live.last) return {404, "", "", {}, ""};
    auto bits = std::make_shared<revocation::Bits>();
    for (const std::uint32_t i : revoked_[*number]) (*bits)[i / 8] |= static_cast<std::uint8_t>(1U << i % 8);
    const auto& position = log_.now().position;
    const revocation::SignedList list{revocation::list_uri(kUrl, *number),
                                      now(),
                                      now() + std::chrono::minutes(10),
                                      std::chrono::minutes(1),
                                      position.epoch,
                                      position.seq,
                                      bits};
    return ok(*token::sign_statement(key_, revocation::kStatusListType,
                                     revocation::write_list(list, revocation::deflate_list(*bits), kUrl)));
  }

  [[nodiscard]] std::string jwks() const {
    const std::string set = KeySet::only(key_).jwks();
    return set.substr(0, set.size() - 1) + ",\"version\":" + std::to_string(version_) + "}";
  }
  static HttpAnswer ok(std::string body) { return {200, "application/json", "", {}, std::move(body)}; }

  std::shared_ptr<std::atomic<std::int64_t>> seconds_ =
      std::make_shared<std::atomic<std::int64_t>>(1'700'000'000);
  std::mutex mutex_;  // guards the rest
  std::condition_variable_any changed_;
  Key key_ = *Key::generate(Algorithm::kEd25519);
  std::uint64_t version_ = 1;
  revocation::FeedLog log_{{{"e1", 0}, {0, 1}, 1}, 0, {}};
  std::map<std::uint64_t, std::set<std::uint32_t>> revoked_;
  std::uint64_t heartbeats_ = 0;
  bool are_keys_hidden_ = false;
  bool is_down_ = false;
  int feed_status_ = 200;
  std::string said_;
  std::optional<std::uint64_t> asked_after_;
  std::vector<HttpRequest> requests_;
};

}  // namespace signet::guard
