// Statement is SOCI's, read in the order one thinks: the text, its parameters, its columns, its rows.
// Parameters are bound, never part of the text. SOCI's dynamic rows are not used: they cut SQLite's integers
// to 32 bits.
#pragma once

#include <soci/soci.h>

#include <optional>
#include <string>
#include <string_view>

#include "signet/time.h"

namespace signet::storage {

class Statement {
 public:
  Statement(soci::session& session, std::string_view text);

  /// Parameters, in the order in which the text names them; borrowed until the last row.
  template <class... T>
  Statement& with(const T&... parameters) {
    (statement_.exchange(soci::use(parameters)), ...);
    return *this;
  }

  /// Where run() and next() put a row's columns.
  template <class... T>
  Statement& into(T&... columns) {
    (statement_.exchange(soci::into(columns)), ...);
    return *this;
  }

  /// run executes it and returns whether there was a row; the first one is then in place.
  bool run();
  bool next() { return statement_.fetch(); }

  /// changed returns how many rows it inserted, updated or deleted.
  [[nodiscard]] std::int64_t changed() { return statement_.get_affected_rows(); }

 private:
  soci::statement statement_;
};

}  // namespace signet::storage

// How our types look in the database.
namespace soci {

template <>
struct type_conversion<std::string_view> {
  using base_type = std::string;
  static void from_base(const std::string&, indicator, std::string_view&) {
    throw soci_error("a borrowed text cannot hold a column");
  }
  static void to_base(std::string_view in, std::string& out, indicator& state) {
    out = in;
    state = i_ok;
  }
};

template <>
struct type_conversion<bool> {
  using base_type = int;
  static void from_base(int in, indicator, bool& out) { out = in != 0; }
  static void to_base(bool in, int& out, indicator& state) {
    out = in ? 1 : 0;
    state = i_ok;
  }
};

template <>
struct type_conversion<signet::Time> {
  using base_type = long long;
  static void from_base(long long in, indicator, signet::Time& out) { out = signet::from_unix(in); }
  static void to_base(signet::Time in, long long& out, indicator& state) {
    out = signet::unix_seconds(in);
    state = i_ok;
  }
};

template <>
struct type_conversion<std::optional<signet::Time>> {
  using base_type = long long;
  static void from_base(long long in, indicator state, std::optional<signet::Time>& out) {
    out = state == i_null ? std::nullopt : std::optional(signet::from_unix(in));
  }
  static void to_base(const std::optional<signet::Time>& in, long long& out, indicator& state) {
    out = in ? signet::unix_seconds(*in) : 0;
    state = in ? i_ok : i_null;
  }
};

}  // namespace soci
