#include "signet/signer.h"

#include "base/try.h"
#include "token/jws.h"

namespace signet {

Result<Signer> Signer::create(Key key) {
  if (!key.can_sign())
    return fail(Errc::kInvalidArgument, "a signer needs a private key, or a secret, that may sign");
  return Signer(std::move(key));
}

Result<std::string> Signer::sign(const Claims& claims, std::string_view type) const {
  if (!claims.is_signable_)
    return fail(Errc::kInvalidArgument, "a claim that is not UTF-8, or no finite number");
  const std::string payload = claims.json();
  // What cannot be read back is not signed: nesting too deep, values from set_json among them.
  if (!json::parse_object(payload)) return fail(Errc::kInvalidArgument, "claims that no verifier could read");
  return token::sign_jws(key_, token::own_header(key_.algorithm(), key_.kid(), type), as_bytes(payload));
}

}  // namespace signet
