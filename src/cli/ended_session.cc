#include "cli/ended_session.h"

#include "base/try.h"
#include "revocation/status_list.h"
#include "signet/revocation.h"
#include "signet/time.h"

namespace signet::cli {

Result<void> check_session(const VerifiedToken& token, const KeySet& keys, guard::Fetcher& fetcher) {
  if (!token.status()) return {};
  const std::string_view issuer = token.issuer(), uri = token.status()->uri;
  const std::string prefix = revocation::list_uri_prefix(issuer);
  if (!uri.starts_with(prefix)) return {};
  const auto number = revocation::read_list_number(uri.substr(prefix.size()));
  if (!number) return fail(Errc::kMalformed, "the token's status list is none of this issuer's");

  const auto answer = fetcher.fetch({.url = std::string(uri)});
  if (answer && answer->status == 404)
    return fail(Errc::kRevoked, "the token's status list is closed, so its session has ended");
  if (!answer || answer->status != 200)
    return fail(Errc::kUnavailable, "the issuer does not tell whether the session was ended");
  TRY(list, revocation::verify_list(answer->body, keys, issuer, system_now()));
  // Token Status List §8.3-2: one list does not answer for another.
  if (list.uri != uri) return fail(Errc::kMalformed, "the issuer answers with another status list");
  return RevocationSet(issuer, *number, {list.bits}).check(token);
}

}  // namespace signet::cli
