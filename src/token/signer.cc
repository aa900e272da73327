#include "signet/signer.h"

#include "base/try.h"
#include "json/writer.h"
#include "token/jws.h"

namespace signet {

Result<Signer> Signer::create(Key key) {
  if (!key.can_sign())
    return fail(Errc::kInvalidArgument, "a signer needs a private key, or a secret, that may sign");
  return Signer(std::move(key));
}

Result<std::string> Signer::sign(const Claims& claims, std::string_view type) const {
  const std::string payload = claims.json();
  // What cannot be read back is not signed: text that is no UTF-8, nesting too deep.
  if (!json::parse_object(payload)) return fail(Errc::kInvalidArgument, "claims that no verifier could read");
  json::Writer header;
  header.begin_object().member("alg", algorithm_name(key_.algorithm())).member("kid", key_.kid());
  header.member("typ", type).end_object();
  return token::sign_jws(key_, header.take(), as_bytes(payload));
}

}  // namespace signet
