// The issuer's transactions as SQL, one set for every engine; store.h says what each one promises. Each
// function runs inside a transaction that the engine opened for it and undoes when the function fails or
// throws (what SOCI throws).
#pragma once

#include <soci/soci.h>

#include "storage/store.h"

namespace signet::storage::sql {

// users.cc
Result<void> create_user(soci::session& session, const User& user);
Result<User> find_user(soci::session& session, std::string_view id);
Result<User> find_user_by_name(soci::session& session, std::string_view username);
Result<std::vector<User>> list_users(soci::session& session, std::string_view after_name, int limit);
Result<User> find_account(soci::session& session, std::string_view name);
Result<std::vector<User>> list_accounts(soci::session& session, std::string_view after_name, int limit);
Result<User> change_user(soci::session& session, std::string_view id, const UserChange& change, Time now);
Result<void> rehash_password(soci::session& session, std::string_view id, std::string_view old_hash,
                             std::string_view new_hash);
Result<void> delete_user(soci::session& session, std::string_view id);
void forget_service(soci::session& session, std::string_view service);
Result<std::int64_t> count_users(soci::session& session);
Result<std::vector<std::string>> list_password_costs(soci::session& session);

// services.cc
Result<void> create_service(soci::session& session, const Service& service);
Result<Service> find_service(soci::session& session, std::string_view name);
Result<std::vector<Service>> list_services(soci::session& session);
Result<Service> change_service(soci::session& session, std::string_view name, const ServiceChange& change);
Result<void> delete_service(soci::session& session, std::string_view name);

// sessions.cc
Result<void> open_session(soci::session& session, const Session& opened, std::string_view proved_hash);
Result<SessionAndUser> find_session(soci::session& session, std::string_view id);
Result<std::vector<Session>> list_sessions(soci::session& session, std::string_view user_id,
                                           std::string_view proved_hash, Time now);
Result<Rotation> rotate_refresh(soci::session& session, std::string_view id, std::int64_t counter, Time now,
                                std::chrono::seconds grace);
Result<void> end_session(soci::session& session, std::string_view id, Time now);
Result<void> mark_ended(soci::session& session, std::string_view id, Time now);
Result<std::int64_t> purge_sessions(soci::session& session, Time before, int limit);
std::int64_t end_sessions_of(soci::session& session, std::string_view user_id, Time now);

// keys.cc
Result<SigningKeys> signing_keys(soci::session& session);
Result<void> add_signing_key(soci::session& session, const SigningKey& key);
Result<SigningKey> ensure_active_key(soci::session& session, const SigningKey& key);
Result<SigningKey> schedule_next_key(soci::session& session, const SigningKey& key);
Result<bool> promote_next_key(soci::session& session, Time now);
Result<void> drop_signing_key(soci::session& session, std::string_view kid, const SigningKey& replacement,
                              Time now);
Result<std::int64_t> forget_retired_keys(soci::session& session, Time before);

// feed.cc
Result<StatusBlock> reserve_status_indices(soci::session& session, std::int64_t count);
Result<Revoked> revoke_session(soci::session& session, std::string_view id, Time now);
Result<Revoked> revoke_user(soci::session& session, std::string_view id, Time now);
Result<Revoked> revoke_everyone(soci::session& session, Time now);
Result<FeedReading> revocations_since(soci::session& session, std::int64_t seq, int limit);
Result<std::string> ensure_epoch(soci::session& session, std::string_view epoch);
Result<std::int64_t> drop_finished_lists(soci::session& session, Time now);
Result<void> start_epoch(soci::session& session, const EpochStart& start);

// verifier_keys.cc
Result<void> add_verifier_key(soci::session& session, const VerifierKey& key);
Result<std::vector<VerifierKey>> list_verifier_keys(soci::session& session);
Result<void> delete_verifier_key(soci::session& session, std::string_view service, std::string_view id);

// settings.cc
Result<std::optional<std::string>> setting(soci::session& session, std::string_view name);
Result<std::string> ensure_setting(soci::session& session, std::string_view name, std::string_view value);
Result<void> check_writable(soci::session& session);

}  // namespace signet::storage::sql
