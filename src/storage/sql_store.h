// SqlStore is the Store over any engine that runs the transactions of sql.h. An engine has
//   write(transaction) -> its result   durable when it returns, undone when it failed
//   read(query) -> its result          one consistent reading
// both for any `Result<T> f(soci::session&)`, from any thread, without throwing.
#pragma once

#include <memory>
#include <utility>

#include "storage/sql.h"
#include "storage/store.h"

namespace signet::storage {

template <class Engine>
class SqlStore final : public Store {
 public:
  explicit SqlStore(std::unique_ptr<Engine> engine) : engine_(std::move(engine)) {}

  Result<void> create_user(const User& user) override {
    return engine_->write([&](auto& session) { return sql::create_user(session, user); });
  }
  Result<User> find_user(std::string_view id) override {
    return engine_->read([&](auto& session) { return sql::find_user(session, id); });
  }
  Result<User> find_user_by_name(std::string_view username) override {
    return engine_->read([&](auto& session) { return sql::find_user_by_name(session, username); });
  }
  Result<std::vector<User>> list_users(std::string_view after_name, int limit) override {
    return engine_->read([&](auto& session) { return sql::list_users(session, after_name, limit); });
  }
  Result<User> find_account(std::string_view name) override {
    return engine_->read([&](auto& session) { return sql::find_account(session, name); });
  }
  Result<std::vector<User>> list_accounts(std::string_view after_name, int limit) override {
    return engine_->read([&](auto& session) { return sql::list_accounts(session, after_name, limit); });
  }
  Result<User> change_user(std::string_view id, const UserChange& change, Time now) override {
    return feed_write([&](auto& session) { return sql::change_user(session, id, change, now); });
  }
  Result<void> rehash_password(std::string_view id, std::string_view old_hash,
                               std::string_view new_hash) override {
    return engine_->write(
        [&](auto& session) { return sql::rehash_password(session, id, old_hash, new_hash); });
  }
  Result<void> delete_user(std::string_view id) override {
    return feed_write([&](auto& session) { return sql::delete_user(session, id); });
  }
  Result<std::int64_t> count_users() override {
    return engine_->read([](auto& session) { return sql::count_users(session); });
  }
  Result<std::vector<std::string>> list_password_costs() override {
    return engine_->read([](auto& session) { return sql::list_password_costs(session); });
  }

  Result<void> create_service(const Service& service) override {
    return engine_->write([&](auto& session) { return sql::create_service(session, service); });
  }
  Result<Service> find_service(std::string_view name) override {
    return engine_->read([&](auto& session) { return sql::find_service(session, name); });
  }
  Result<std::vector<Service>> list_services() override {
    return engine_->read([](auto& session) { return sql::list_services(session); });
  }
  Result<Service> change_service(std::string_view name, const ServiceChange& change) override {
    return engine_->write([&](auto& session) { return sql::change_service(session, name, change); });
  }
  Result<void> delete_service(std::string_view name) override {
    return engine_->write([&](auto& session) { return sql::delete_service(session, name); });
  }

  Result<void> open_session(const Session& opened, std::string_view proved_hash) override {
    return engine_->write([&](auto& session) { return sql::open_session(session, opened, proved_hash); });
  }
  Result<SessionAndUser> find_session(std::string_view id) override {
    return engine_->read([&](auto& session) { return sql::find_session(session, id); });
  }
  Result<std::vector<Session>> list_sessions(std::string_view user_id, std::string_view proved_hash,
                                             Time now) override {
    return engine_->read(
        [&](auto& session) { return sql::list_sessions(session, user_id, proved_hash, now); });
  }
  Result<Rotation> rotate_refresh(std::string_view id, std::int64_t counter, Time now,
                                  std::chrono::seconds grace) override {
    return feed_write([&](auto& session) { return sql::rotate_refresh(session, id, counter, now, grace); });
  }
  Result<void> end_session(std::string_view id, Time now) override {
    return feed_write([&](auto& session) { return sql::end_session(session, id, now); });
  }
  Result<std::int64_t> purge_sessions(Time before, int limit) override {
    return engine_->write([&](auto& session) { return sql::purge_sessions(session, before, limit); });
  }

  Result<StatusBlock> reserve_status_indices(std::int64_t count) override {
    return feed_write([&](auto& session) { return sql::reserve_status_indices(session, count); });
  }
  Result<Revoked> revoke_session(std::string_view id, Time now) override {
    return feed_write([&](auto& session) { return sql::revoke_session(session, id, now); });
  }
  Result<Revoked> revoke_user(std::string_view id, Time now) override {
    return feed_write([&](auto& session) { return sql::revoke_user(session, id, now); });
  }
  Result<Revoked> revoke_everyone(Time now) override {
    return feed_write([&](auto& session) { return sql::revoke_everyone(session, now); });
  }
  Result<FeedReading> revocations_since(std::int64_t seq, int limit) override {
    return engine_->read([&](auto& session) { return sql::revocations_since(session, seq, limit); });
  }
  Result<std::string> ensure_epoch(std::string_view epoch) override {
    return feed_write([&](auto& session) { return sql::ensure_epoch(session, epoch); });
  }
  Result<std::int64_t> drop_finished_lists(Time now) override {
    return feed_write([&](auto& session) { return sql::drop_finished_lists(session, now); });
  }
  Result<void> start_epoch(const EpochStart& start) override {
    return feed_write([&](auto& session) { return sql::start_epoch(session, start); });
  }
  void on_feed_change(std::function<void()> callback) override { feed_changed_ = std::move(callback); }

  Result<void> add_verifier_key(const VerifierKey& key) override {
    return engine_->write([&](auto& session) { return sql::add_verifier_key(session, key); });
  }
  Result<std::vector<VerifierKey>> list_verifier_keys() override {
    return engine_->read([](auto& session) { return sql::list_verifier_keys(session); });
  }
  Result<void> delete_verifier_key(std::string_view service, std::string_view id) override {
    return engine_->write([&](auto& session) { return sql::delete_verifier_key(session, service, id); });
  }

  Result<SigningKeys> signing_keys() override {
    return engine_->read([](auto& session) { return sql::signing_keys(session); });
  }
  Result<void> add_signing_key(const SigningKey& key) override {
    return feed_write([&](auto& session) { return sql::add_signing_key(session, key); });
  }
  Result<SigningKey> ensure_active_key(const SigningKey& key) override {
    return feed_write([&](auto& session) { return sql::ensure_active_key(session, key); });
  }
  Result<SigningKey> schedule_next_key(const SigningKey& key) override {
    return feed_write([&](auto& session) { return sql::schedule_next_key(session, key); });
  }
  Result<bool> promote_next_key(Time now) override {
    return feed_write([&](auto& session) { return sql::promote_next_key(session, now); });
  }
  Result<void> drop_signing_key(std::string_view kid, const SigningKey& replacement, Time now) override {
    return feed_write([&](auto& session) { return sql::drop_signing_key(session, kid, replacement, now); });
  }
  Result<std::int64_t> forget_retired_keys(Time before) override {
    return feed_write([&](auto& session) { return sql::forget_retired_keys(session, before); });
  }

  Result<std::optional<std::string>> setting(std::string_view name) override {
    return engine_->read([&](auto& session) { return sql::setting(session, name); });
  }
  Result<std::string> ensure_setting(std::string_view name, std::string_view value) override {
    return engine_->write([&](auto& session) { return sql::ensure_setting(session, name, value); });
  }
  Result<void> check_writable() override {
    return engine_->write([](auto& session) { return sql::check_writable(session); });
  }

 private:
  /// feed_write is for transactions that may add to the feed.
  template <class Transaction>
  auto feed_write(Transaction transaction) {
    auto answer = engine_->write(transaction);
    if (answer && feed_changed_) feed_changed_();
    return answer;
  }

  std::unique_ptr<Engine> engine_;
  std::function<void()> feed_changed_{};
};

}  // namespace signet::storage
