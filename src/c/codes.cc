#include <cstdlib>

#include "c/boundary.h"
#include "signet/guard.h"

namespace signet::c {
signet_code code_of(Errc code) noexcept {
  switch (code) {
    case Errc::kMalformed:
      return SIGNET_MALFORMED;
    case Errc::kUnsupported:
      return SIGNET_UNSUPPORTED;
    case Errc::kUnknownKey:
      return SIGNET_UNKNOWN_KEY;
    case Errc::kBadSignature:
      return SIGNET_BAD_SIGNATURE;
    case Errc::kExpired:
      return SIGNET_EXPIRED;
    case Errc::kNotYetValid:
      return SIGNET_NOT_YET_VALID;
    case Errc::kWrongIssuer:
      return SIGNET_WRONG_ISSUER;
    case Errc::kWrongAudience:
      return SIGNET_WRONG_AUDIENCE;
    case Errc::kWrongType:
      return SIGNET_WRONG_TYPE;
    case Errc::kRevoked:
      return SIGNET_REVOKED;
    case Errc::kStale:
      return SIGNET_STALE;
    case Errc::kNotFound:
      return SIGNET_NOT_FOUND;
    case Errc::kConflict:
      return SIGNET_CONFLICT;
    case Errc::kUnavailable:
      return SIGNET_UNAVAILABLE;
    case Errc::kInvalidArgument:
      return SIGNET_INVALID_ARGUMENT;
    case Errc::kInternal:
      return SIGNET_INTERNAL;
  }
  return SIGNET_INTERNAL;
}

Errc errc_of(signet_code code) noexcept {
  for (int errc = 0; errc <= static_cast<int>(Errc::kInternal); ++errc) {
    if (code_of(static_cast<Errc>(errc)) == code) return static_cast<Errc>(errc);
  }
  return Errc::kInternal;
}

char* hand_over(std::string_view text) {
  auto* copy = static_cast<char*>(std::malloc(text.size() + 1));
  if (!copy) throw std::bad_alloc();
  if (!text.empty()) std::memcpy(copy, text.data(), text.size());
  copy[text.size()] = '\0';
  return copy;
}

}  // namespace signet::c

using namespace signet::c;

const char* signet_code_name(signet_code code) {
  return code == SIGNET_OK ? "ok" : signet::errc_name(errc_of(code)).data();  // literals: they end with a NUL
}

int signet_http_status(signet_code code) {
  return code == SIGNET_OK ? 200 : signet::http_status(errc_of(code));
}

const char* signet_version(void) {
  return SIGNET_VERSION;
}

void signet_free(void* made) {
  std::free(made);
}
