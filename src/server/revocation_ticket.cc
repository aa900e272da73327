#include "server/revocation_ticket.h"

#include <fmt/core.h>

#include <charconv>

#include "server/mac_text.h"

namespace signet::server {
namespace {

constexpr std::string_view kPurpose = "revocation-ticket v1";

}  // namespace

std::string write_revocation_ticket(const crypto::MasterKey& key, const RevocationTicket& ticket) {
  return with_mac(key, kPurpose, fmt::format("{}.{}", ticket.seq, unix_seconds(ticket.expired)));
}

std::optional<RevocationTicket> read_revocation_ticket(const crypto::MasterKey& key, std::string_view text) {
  const auto body = without_mac(key, kPurpose, text);
  if (!body) return std::nullopt;
  RevocationTicket ticket;
  const char* const end = body->data() + body->size();
  const auto seq = std::from_chars(body->data(), end, ticket.seq);
  if (seq.ec != std::errc() || seq.ptr == end || *seq.ptr != '.') return std::nullopt;
  std::int64_t expired = 0;
  const auto rest = std::from_chars(seq.ptr + 1, end, expired);
  if (rest.ec != std::errc() || rest.ptr != end) return std::nullopt;
  ticket.expired = from_unix(expired);
  return ticket;
}

}  // namespace signet::server
