// Status lists after the IETF's Token Status List (draft-ietf-oauth-status-list-21): lists of one bit for each token, as
// ZLIB streams (§4), in signed statements of the type statuslist+jwt (§5.1).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/bytes.h"
#include "signet/key.h"
#include "signet/revocation.h"

namespace signet::revocation {

using Bits = RevocationSet::Bits;
using List = RevocationSet::List;
inline constexpr std::uint64_t kListSize = RevocationSet::kListSize;

/// kStatusListType is the `typ` of a signed list, and behind "application/" its media type.
inline constexpr std::string_view kStatusListType = "statuslist+jwt";

/// kMaxList bounds list numbers, so that every index of every list is an integer that JSON keeps exact.
inline constexpr std::uint64_t kMaxList = (std::uint64_t{1} << 33) - 1;

/// kMaxForeignBytes is the longest list of another issuer that is read: 2^24 tokens.
inline constexpr std::size_t kMaxForeignBytes = std::size_t{1} << 21;

/// no_revocations is the list in which no bit is set: one for all who need it.
[[nodiscard]] const List& no_revocations() noexcept;

/// list_uri names a list: ISSUER/v1/status/LIST; list_uri_prefix is what comes before the number.
[[nodiscard]] std::string list_uri_prefix(std::string_view issuer);
[[nodiscard]] std::string list_uri(std::string_view issuer, std::uint64_t list);

/// aggregation_uri is where the issuer tells of all its lists (Token Status List §9.1): ISSUER/v1/status.
[[nodiscard]] std::string aggregation_uri(std::string_view issuer);

/// read_list_number reads the decimal spelling of a list's number, without leading zeros; nothing when it is none.
[[nodiscard]] std::optional<std::uint64_t> read_list_number(std::string_view text) noexcept;

/// deflate_list compresses a list's bytes to a ZLIB stream (RFC 1950), as small as zlib makes it.
[[nodiscard]] Bytes deflate_list(ByteView bits);

/// inflate_list is its inverse. kMalformed: not one ZLIB stream from its first byte to its last, or more than `max` bytes
/// inflated; never more than that are allocated.
[[nodiscard]] Result<Bytes> inflate_list(ByteView stream, std::size_t max);

/// SignedList is what a statement says of one list of ours.
struct SignedList {
  std::string uri;    // `sub`: list_uri()
  Time issued_at{};   // `iat`
  Time expires_at{};  // `exp`
  std::chrono::seconds ttl{};
  std::string epoch;  // private claims: the list has every revocation up to `seq` of `epoch`
  std::uint64_t seq = 0;
  List bits;
};

/// write_list returns the claims of a statement. `deflated` is deflate_list() of the list's bits, so that an
/// unchanged one need not be compressed again.
[[nodiscard]] std::string write_list(const SignedList& list, ByteView deflated, std::string_view issuer);

/// verify_list reads a signed list of our own kind: exactly kListSize bits, with epoch and seq. Fails like
/// token::verify_statement, and with kMalformed; kExpired when `exp` has come. Whether `uri` is the one that
/// was asked for is the caller's affair.
[[nodiscard]] Result<SignedList> verify_list(std::string_view jws, const KeySet& keys,
                                             std::string_view issuer, Time now);

/// ForeignList is a 1-bit list of any issuer that keeps to the standard. No verifier uses it: tests and fuzzers show with it
/// that we read others' lists, and the standard's own examples, as they are meant.
struct ForeignList {
  std::string uri;
  Time issued_at{};
  std::optional<Time> expires_at;
  std::optional<std::chrono::seconds> ttl;
  std::optional<std::string> aggregation_uri;
  Bytes bits;

  [[nodiscard]] std::uint64_t size() const noexcept { return std::uint64_t{bits.size()} * 8; }
  /// is_set fails with kMalformed when `index` is outside the list: never "not revoked".
  [[nodiscard]] Result<bool> is_set(std::uint64_t index) const noexcept;
};

/// read_foreign_list reads the claims of a statement that has been verified. kMalformed; kUnsupported when a token has more
/// than one bit; kExpired.
[[nodiscard]] Result<ForeignList> read_foreign_list(Json claims, Time now);

}  // namespace signet::revocation
