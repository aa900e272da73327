#include "signet/result.h"

namespace signet {

std::string_view errc_name(Errc code) noexcept {
  switch (code) {
    case Errc::kMalformed:
      return "malformed";
    case Errc::kUnsupported:
      return "unsupported";
    case Errc::kUnknownKey:
      return "unknown_key";
    case Errc::kBadSignature:
      return "bad_signature";
    case Errc::kExpired:
      return "expired";
    case Errc::kNotYetValid:
      return "not_yet_valid";
    case Errc::kWrongIssuer:
      return "wrong_issuer";
    case Errc::kWrongAudience:
      return "wrong_audience";
    case Errc::kWrongType:
      return "wrong_type";
    case Errc::kRevoked:
      return "revoked";
    case Errc::kStale:
      return "stale";
    case Errc::kNotFound:
      return "not_found";
    case Errc::kConflict:
      return "conflict";
    case Errc::kUnavailable:
      return "unavailable";
    case Errc::kInvalidArgument:
      return "invalid_argument";
    case Errc::kInternal:
      return "internal";
  }
  return "internal";
}

}  // namespace signet
