// The schema and its history. schema/001.sql is step 1 and makes the table schema_version, whose one row says
// how many steps a database has taken.
#pragma once

#include <soci/soci.h>

#include <span>
#include <string_view>

#include "base/operator_error.h"

namespace signet::storage {

/// schema_steps returns the texts of schema/NNN.sql, in order; they are part of the binary.
[[nodiscard]] std::span<const std::string_view> schema_steps();

/// is_empty tells whether nothing has ever been made in the database.
[[nodiscard]] bool is_empty(soci::session& session);

/// migrate takes the steps that the database lacks, one transaction each, so that a failure leaves the last
/// whole step. Refuses a database that has taken more steps than there are, and one whose tables are not
/// Signet's. `name` is what the operator calls the database. Throws what SOCI throws.
[[nodiscard]] OrExplain<void> migrate(soci::session& session, std::span<const std::string_view> steps,
                                      std::string_view name);

}  // namespace signet::storage
