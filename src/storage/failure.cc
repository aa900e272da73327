#include "storage/failure.h"

#include <soci/soci.h>
#include <soci/sqlite3/soci-sqlite3.h>
#include <spdlog/spdlog.h>

#include <exception>

namespace signet::storage {
namespace {

Error from_sqlite(int extended_code) {
  switch (extended_code) {
    case SQLITE_CONSTRAINT_PRIMARYKEY:
    case SQLITE_CONSTRAINT_UNIQUE:
      return {Errc::kConflict, "it exists already"};
    default:
      break;
  }
  if ((extended_code & 0xff) == SQLITE_CONSTRAINT) {
    return {Errc::kInvalidArgument, "the schema forbids this value"};
  }
  return {Errc::kUnavailable, "the database cannot answer now"};
}

}  // namespace

Error failure_in_flight() noexcept try { throw; } catch (const soci::sqlite3_soci_error& error) {
  // Not what(): it quotes the values that were bound.
  spdlog::error("database: {} (SQLite code {})", error.get_error_message(), error.result());
  return from_sqlite(error.result());
} catch (const soci::soci_error& error) {
  spdlog::error("database: {}", error.get_error_message());
  return {Errc::kUnavailable, "the database cannot answer now"};
} catch (const std::exception& error) {
  spdlog::error("database: {}", error.what());
  return {Errc::kInternal, "a failure inside the store"};
} catch (...) {
  return {Errc::kInternal, "a failure inside the store"};
}

}  // namespace signet::storage
