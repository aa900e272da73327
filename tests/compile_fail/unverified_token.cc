// Only a Verifier makes a VerifiedToken.
// complaint: private
#include "signet/token.h"

bool decide(const signet::VerifiedToken& token) {
  return token.has_scope("orders:read");
}

#ifdef MISUSE
bool trust_anybody() {
  return decide(signet::VerifiedToken({}, signet::Time{}, {}));
}
#endif
