// SQLite as an engine: one connection writes (writer.h), a few read, and the file has one owner.
#include <fmt/format.h>
#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <spdlog/spdlog.h>

#include <algorithm>
#include <thread>

#include "storage/failure.h"
#include "storage/schema.h"
#include "storage/sql_store.h"
#include "storage/sqlite_file.h"
#include "storage/writer.h"

namespace signet::storage {
namespace {

class SqliteEngine {
 public:
  /// Throws what SOCI throws.
  SqliteEngine(SqliteFile file, std::unique_ptr<soci::session> writer, const std::string& connect)
      : file_(std::move(file)), writer_(std::move(writer)), readers_(kReaders) {
    for (std::size_t i = 0; i < kReaders; ++i) prepare_reader(readers_.at(i), connect);
  }

  static std::unique_ptr<soci::session> open_writer(const std::string& connect);

  template <class Transaction>
  auto write(Transaction transaction) noexcept -> std::invoke_result_t<Transaction, soci::session&> try {
    std::invoke_result_t<Transaction, soci::session&> answer = std::unexpected(Error{});
    const auto committed = writer_.run([&](soci::session& session) -> Result<void> {
      answer = transaction(session);
      return answer ? Result<void>() : std::unexpected(answer.error());
    });
    if (!committed) return std::unexpected(committed.error());
    return answer;
  } catch (...) {
    return std::unexpected(failure_in_flight());
  }

  template <class Query>
  auto read(Query query) noexcept -> std::invoke_result_t<Query, soci::session&> try {
    soci::session session(readers_);
    const soci::transaction one_reading(
        session);  // all its queries see one moment; there is nothing to commit
    return query(session);
  } catch (...) {
    return std::unexpected(failure_in_flight());
  }

 private:
  static constexpr std::size_t kReaders = 8;

  static void prepare(soci::session& session);
  static void prepare_reader(soci::session& session, const std::string& connect);

  SqliteFile file_;  // first: given up after the last connection has closed
  Writer writer_;
  soci::connection_pool readers_;
};

void SqliteEngine::prepare(soci::session& session) {
  auto* backend = static_cast<soci::sqlite3_session_backend*>(session.get_backend());
  sqlite_api::sqlite3_extended_result_codes(backend->conn_, 1);
  session << "pragma busy_timeout = 2000";
  session << "pragma foreign_keys = on";
  session << "pragma synchronous = full";
  session << "pragma trusted_schema = off";
}

std::unique_ptr<soci::session> SqliteEngine::open_writer(const std::string& connect) {
  auto session = std::make_unique<soci::session>(soci::sqlite3, connect);
  prepare(*session);
  std::string mode;
  *session << "pragma journal_mode = wal", soci::into(mode);
  if (mode != "wal")
    throw soci::soci_error("it cannot keep a write-ahead log here: is it on a network disk?");
  *session << "pragma journal_size_limit = 67108864";
  return session;
}

void SqliteEngine::prepare_reader(soci::session& session, const std::string& connect) {
  session.open(soci::sqlite3, connect);
  prepare(session);
  session << "pragma query_only = on";
}

OrExplain<std::unique_ptr<Store>> open_claimed(SqliteFile claimed, const std::string& name,
                                               IfMissing if_missing) {
  const std::string connect = "dbname=\"" + name + "\"";
  auto writer = SqliteEngine::open_writer(connect);
  if (if_missing == IfMissing::kRefuse && is_empty(*writer))
    return explain(Errc::kNotFound, name + ": this database is empty");
  if (auto done = migrate(*writer, schema_steps(), name); !done) return std::unexpected(done.error());
  auto engine = std::make_unique<SqliteEngine>(std::move(claimed), std::move(writer), connect);
  return std::make_unique<SqlStore<SqliteEngine>>(std::move(engine));
}

std::unexpected<OperatorError> explain_sqlite(const soci::sqlite3_soci_error& error,
                                              const std::string& name) {
  switch (error.result() & 0xff) {
    case SQLITE_NOTADB:
      return explain(
          Errc::kMalformed,
          fmt::format("{} is not a database. Move it away, or name another file for Signet's data.", name));
    case SQLITE_CORRUPT:
      return explain(Errc::kMalformed, fmt::format("{} is damaged: {}. Restore it from a backup.", name,
                                                   error.get_error_message()));
    default:
      return explain(
          Errc::kUnavailable,
          fmt::format("{} cannot be opened: {}. Check that the disk has room, and that the user that runs "
                      "Signet can write to the file and its folder.",
                      name, error.get_error_message()));
  }
}

}  // namespace

OrExplain<std::unique_ptr<Store>> open_sqlite(const std::filesystem::path& file, IfMissing if_missing) {
  // One file has one lock, whichever way its name is written.
  std::error_code unresolved;
  const auto resolved = std::filesystem::weakly_canonical(file, unresolved);
  const std::string name = (unresolved ? file : resolved).string();
  if (name.empty() || name.find_first_of(std::string_view("\"\0", 2)) != name.npos) {
    return explain(Errc::kInvalidArgument,
                   fmt::format("'{}' cannot name a database. Use a name without quotes.", name));
  }
  if (if_missing == IfMissing::kRefuse && !std::filesystem::exists(name, unresolved) && !unresolved)
    return explain(Errc::kNotFound, name + ": there is no such database");
  auto claimed = SqliteFile::claim(name);
  if (!claimed) return std::unexpected(claimed.error());
  try {
    return open_claimed(std::move(*claimed), name, if_missing);
  } catch (const soci::sqlite3_soci_error& error) {
    return explain_sqlite(error, name);
  } catch (const std::exception& error) {
    return explain(Errc::kUnavailable, fmt::format("{} cannot be opened: {}", name, error.what()));
  }
}

}  // namespace signet::storage
