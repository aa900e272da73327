// Store keeps what the issuer must not forget. Its operations are the issuer's transactions, not tables: each
// is atomic and durable when it returns, and safe to call from any thread (it blocks until the disk has
// answered).
//
// Failures, for every operation: kUnavailable when the database cannot answer now (down, full, read-only; the
// reason is in the log), and what is named beside the operation. Times are arguments: a Store has no clock.
//
// Texts named `scope`, `roles` and `services` are lists separated by single spaces; `claims` is a JSON
// object. The Store keeps them as they are; the server owns their meaning.
#pragma once

#include <chrono>
#include <cstdint>
#include <filesystem>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/operator_error.h"
#include "signet/result.h"
#include "signet/time.h"
#include "storage/epoch.h"

namespace signet::storage {

/// User is a person, or a service account: a program that gets tokens with a secret of its own. Whatever ends,
/// revokes or permits goes for both alike; the operations below say where only one of them is meant.
struct User {
  enum class Kind { kPerson, kAccount };
  std::string id;             // random, never reused: what tokens name as `sub`
  std::string username;       // unique, already normalized
  std::string password_hash;  // of an account's secret, for an account
  std::string scope;
  std::string roles;
  std::string services;  // "*" for every service
  std::string claims = "{}";
  bool disabled = false;
  Time created_at{};
  Kind kind = Kind::kPerson;
  std::string description{};
  std::int64_t access_seconds = 0;  // lifetime of its access tokens; 0 means the issuer's default
};

/// UserChange holds a value for what changes, and nothing for what stays.
struct UserChange {
  std::optional<std::string> password_hash{};
  std::optional<std::string> scope{};
  std::optional<std::string> roles{};
  std::optional<std::string> services{};
  std::optional<std::string> claims{};
  std::optional<bool> disabled{};
  std::optional<std::string> description{};
  std::optional<std::int64_t> access_seconds{};
};

struct Service {
  std::string name;  // unique: the audience that tokens name as `aud`
  std::string description;
  std::string claims = "{}";        // added to every token for this service
  std::int64_t access_seconds = 0;  // lifetime of its access tokens; 0 means the issuer's default
  std::string sealed_secret;        // empty, or its pre-shared HS256 secret, encrypted under the master key
  Time created_at{};
};

struct ServiceChange {
  std::optional<std::string> description{};
  std::optional<std::string> claims{};
  std::optional<std::int64_t> access_seconds{};
  std::optional<std::string> sealed_secret{};
};

struct Session {
  std::string id;  // 128 random bits, base64url: what tokens name as `sid`
  std::string user_id;
  std::string audience;  // the services asked for at login; empty means all that the user may use
  bool cookie = false;   // a classic session, found by its cookie at each request, without refresh tokens
  std::int64_t refresh_counter = 0;  // the number of the refresh token that is good now
  Time rotated_at{};                 // when it became so
  Time created_at{};
  Time expires_at{};
  std::optional<Time> ended_at{};
  std::int64_t status_index =
      0;  // its place in the status lists; from reserve_status_indices, never used twice
};

/// SessionAndUser is one consistent reading of both.
struct SessionAndUser {
  Session session;
  User user;
};

/// Rotation is what became of a refresh token that was presented.
struct Rotation {
  enum class Outcome {
    kRotated,   // it was the good one: `granted.session.refresh_counter` is its successor's number
    kRepeated,  // it was the one before, within the grace: same successor as the first time
    kReused,    // it was older: somebody has a copy; the session is ended now
    kRefused,   // no such session, ended, expired, its user is disabled, or the number was never handed out
  };
  Outcome outcome = Outcome::kRefused;
  SessionAndUser granted{};  // filled for kRotated and kRepeated
};

/// SigningKey's life: next (published, not signing) -> active -> retired (verifies only) -> gone.
struct SigningKey {
  enum class State { kNext, kActive, kRetired };
  std::string kid;
  std::string algorithm;
  std::string public_jwk;
  std::string sealed_private_jwk;  // encrypted under the master key
  State state = State::kNext;
  Time created_at{};
  Time signs_from{};  // when it began to sign; for a next one, when it is to begin
  std::optional<Time> retired_at{};
};

/// SigningKeys is one consistent reading: the keys, oldest first, and a number that grows with every change of
/// what is published, and never comes again.
struct SigningKeys {
  std::int64_t version = 0;
  std::vector<SigningKey> keys;
};

/// kStatusListSize indices in a row make a status list; index / kStatusListSize is its number.
inline constexpr std::int64_t kStatusListSize = 1 << 20;
/// kLastStatusList is the highest number that verifiers take for a list.
inline constexpr std::int64_t kLastStatusList = (std::int64_t{1} << 33) - 1;

/// StatusBlock are `count` status indices from `first` on.
struct StatusBlock {
  std::int64_t first = 0;
  std::int64_t count = 0;
};

/// Revoked tells how many sessions were ended, and by which event of the feed at the latest.
struct Revoked {
  std::int64_t seq = 0;
  std::int64_t sessions = 0;
};

/// Feed is where the feed of revocations stands. Its events are numbered in the order of the commits, without a gap: a
/// session that ended, lists that were opened or dropped, everyone revoked, published keys that changed.
struct Feed {
  std::string epoch;  // another one after a backup was restored
  std::int64_t seq = 0;
  std::int64_t first_list = 0;  // the live lists, both ends included: sessions in older ones have ended
  std::int64_t last_list = 0;
  std::int64_t keys = 0;  // SigningKeys::version
};

struct Revocation {
  std::int64_t seq = 0;
  std::int64_t status_index = 0;
};

/// FeedReading is one consistent reading: where the feed stands, and revocations by rising seq. Numbers that are
/// missing among them were other events, or are of lists that were dropped.
struct FeedReading {
  Feed now;
  std::vector<Revocation> revoked;
};

/// VerifierKey is what the verifiers of a service identify themselves with; only its hash is kept.
struct VerifierKey {
  std::string id;
  std::string service;
  std::string hash;
  Time created_at{};
};

class Store {
 public:
  virtual ~Store() = default;

  // --- users ---
  /// kConflict: the username is taken.
  virtual Result<void> create_user(const User& user) = 0;
  /// kNotFound. So do all that name one user, service or session below. The first three know persons only.
  virtual Result<User> find_user(std::string_view id) = 0;
  virtual Result<User> find_user_by_name(std::string_view username) = 0;
  /// At most `limit` users whose names come after `after_name`, in the order of their names.
  virtual Result<std::vector<User>> list_users(std::string_view after_name, int limit) = 0;
  /// The same two for accounts only.
  virtual Result<User> find_account(std::string_view name) = 0;
  virtual Result<std::vector<User>> list_accounts(std::string_view after_name, int limit) = 0;
  /// A change of `password_hash`, or `disabled = true`, ends the user's sessions at `now`, in the same
  /// transaction.
  virtual Result<User> change_user(std::string_view id, const UserChange& change, Time now) = 0;
  /// Replaces a hash by another one of the same password; sessions go on. kConflict: the hash is not
  /// `old_hash` any more.
  virtual Result<void> rehash_password(std::string_view id, std::string_view old_hash,
                                       std::string_view new_hash) = 0;
  /// Its sessions go with it.
  virtual Result<void> delete_user(std::string_view id) = 0;
  virtual Result<std::int64_t> count_users() = 0;
  /// The different costs of the stored password hashes: what stands before the salt in Argon2's encoded form,
  /// "$argon2id$v=19$m=19456,t=2,p=1". Each once, in no order.
  virtual Result<std::vector<std::string>> list_password_costs() = 0;

  // --- services ---
  /// kConflict: the name is taken.
  virtual Result<void> create_service(const Service& service) = 0;
  virtual Result<Service> find_service(std::string_view name) = 0;
  /// All of them, in the order of their names.
  virtual Result<std::vector<Service>> list_services() = 0;
  virtual Result<Service> change_service(std::string_view name, const ServiceChange& change) = 0;
  /// Users lose the permission to use it with it: a later service of that name is another one.
  virtual Result<void> delete_service(std::string_view name) = 0;

  // --- sessions ---
  /// Gives out the next `count` status indices, at most 131072, for sessions to be opened: they are never given
  /// out again, also when they are never used. A list is announced in the feed well before its first index.
  virtual Result<StatusBlock> reserve_status_indices(std::int64_t count) = 0;
  /// Opens it for a user whose password was proved against `proved_hash`. kNotFound: no such user, disabled
  /// by now, or with another password by now; the check and the insertion are one transaction. kConflict: the
  /// id or the status index is known, or the index is in a list that is not live any more.
  virtual Result<void> open_session(const Session& session, std::string_view proved_hash) = 0;
  virtual Result<SessionAndUser> find_session(std::string_view id) = 0;
  /// Sessions that are neither ended nor expired at `now`, newest first, of a user whose password was proved against
  /// `proved_hash`: none when the user is gone, disabled by now, or has another password by now. One reading.
  virtual Result<std::vector<Session>> list_sessions(std::string_view user_id, std::string_view proved_hash,
                                                     Time now) = 0;
  /// Presents refresh token number `counter` of session `id`. Two at once have one winner; see Rotation.
  virtual Result<Rotation> rotate_refresh(std::string_view id, std::int64_t counter, Time now,
                                          std::chrono::seconds grace) = 0;
  /// Idempotent: an ended session stays ended at its first time.
  virtual Result<void> end_session(std::string_view id, Time now) = 0;
  /// Forgets at most `limit` sessions that expired or ended before `before`; returns how many. Fewer than
  /// `limit`: there are no more.
  virtual Result<std::int64_t> purge_sessions(Time before, int limit) = 0;

  // --- revocation ---
  // Whatever ends a session (these, and end_session, rotate_refresh, change_user, delete_user) adds its
  // revocation to the feed in the same transaction.
  /// kNotFound. A session that has ended already is none more to revoke.
  virtual Result<Revoked> revoke_session(std::string_view id, Time now) = 0;
  /// Ends all sessions of a person or an account. kNotFound.
  virtual Result<Revoked> revoke_user(std::string_view id, Time now) = 0;
  /// Ends all sessions that there are, as one event: their lists are dropped. More often than once a second since a backup
  /// was restored, it is one event for each session instead.
  virtual Result<Revoked> revoke_everyone(Time now) = 0;
  /// At most `limit` revocations after number `seq`.
  virtual Result<FeedReading> revocations_since(std::int64_t seq, int limit) = 0;
  /// Names the feed's epoch unless it has a name; returns the name that stands.
  virtual Result<std::string> ensure_epoch(std::string_view epoch) = 0;
  /// Drops the oldest lists for as long as all their sessions have ended or expired; returns how many.
  virtual Result<std::int64_t> drop_finished_lists(Time now) = 0;
  /// After a backup was restored: starts the epoch, and goes on in a status list that was not there since the backup
  /// either. All older lists are dropped, and so all sessions end. Those that are kept move to new indices; what their
  /// tokens name is revoked with the rest, and the next token of each names its new place. The keys' version becomes one that
  /// was not there since the backup either. kInvalidArgument: the clock is centuries ahead.
  virtual Result<void> start_epoch(const EpochStart& start) = 0;
  /// Names what to call after every transaction that may have added to the feed, on the thread that asked for it and
  /// before it returns there. To be called once, before other threads use the store.
  virtual void on_feed_change(std::function<void()> callback) = 0;

  /// kNotFound: no such service. kConflict.
  virtual Result<void> add_verifier_key(const VerifierKey& key) = 0;
  /// All of them, by service and age.
  virtual Result<std::vector<VerifierKey>> list_verifier_keys() = 0;
  /// kNotFound.
  virtual Result<void> delete_verifier_key(std::string_view service, std::string_view id) = 0;

  // --- keys ---
  // Every change of what is published makes another version, in the same transaction.
  virtual Result<SigningKeys> signing_keys() = 0;
  /// Makes the key stored. An active one retires, in the same transaction, whichever was active, at its
  /// `created_at`; a next one of another algorithm goes. kConflict: the kid is known, or there is a next key
  /// and this is another.
  virtual Result<void> add_signing_key(const SigningKey& key) = 0;
  /// The same for a first start of many nodes at once: adds only if there is no active key. Returns the
  /// active key.
  virtual Result<SigningKey> ensure_active_key(const SigningKey& key) = 0;
  /// Publishes `key` as the next one and returns it. When there is a next one already, that one stays, is to
  /// sign from the earlier one of both times, and is what is returned.
  virtual Result<SigningKey> schedule_next_key(const SigningKey& key) = 0;
  /// Makes the next key active when it is to sign from `now` or before; the active one retires at `now`.
  /// Returns whether it did.
  virtual Result<bool> promote_next_key(Time now) = 0;
  /// Forgets a key at once. If it was the active one, the next one is active from `now`, or else
  /// `replacement`. kNotFound.
  virtual Result<void> drop_signing_key(std::string_view kid, const SigningKey& replacement, Time now) = 0;
  /// Forgets the keys that retired before `before`; returns how many.
  virtual Result<std::int64_t> forget_retired_keys(Time before) = 0;

  // --- the rest ---
  /// A small named value of the installation ("issuer_id", "master_key_check"); nullopt when never set.
  virtual Result<std::optional<std::string>> setting(std::string_view name) = 0;
  /// Sets it unless it is set already; returns the value that stands.
  virtual Result<std::string> ensure_setting(std::string_view name, std::string_view value) = 0;
  /// Fails with kUnavailable unless a transaction can be written just now: for /readyz.
  virtual Result<void> check_writable() = 0;
};

enum class IfMissing : std::uint8_t { kCreate, kRefuse };

/// open_sqlite opens or creates the database file (mode 0600) and brings its schema up to date, one
/// transaction for each step. Refuses, with a sentence for the operator: a file that is no database, one
/// written by a newer Signet, one that another process has open for writing, a folder that cannot be written. kNotFound: there is none, or
/// nothing in it, and `if_missing` is kRefuse.
[[nodiscard]] OrExplain<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& file,
                                                            IfMissing if_missing = IfMissing::kCreate);

}  // namespace signet::storage
