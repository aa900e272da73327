// Secrets are compared in constant time (crypto::equal), never by ==.
// complaint: (no match|invalid operands)
#include "base/secret.h"
#include "crypto/random.h"

bool same(const signet::Secret& a, const signet::Secret& b) {
  return signet::crypto::equal(a.view(), b.view());
}

#ifdef MISUSE
bool same_with_timing(const signet::Secret& a, const signet::Secret& b) {
  return a == b;
}
#endif
