// A policy cannot be made without going through its checks, nor a verifier without a policy.
// complaint: (no matching|could not convert|private|no viable)
#include "signet/verifier.h"

signet::Result<signet::Policy> closed() {
  return signet::Policy::create({.issuer = "i", .audience = "a"});
}

#ifdef MISUSE
signet::Verifier open() {
  return signet::Verifier(signet::Expectations{});
}
#endif
