// Secrets are copied by name only.
// complaint: (deleted|use of deleted)
#include "base/secret.h"

signet::Secret meant(const signet::Secret& secret) {
  return secret.clone();
}

#ifdef MISUSE
signet::Secret by_accident(const signet::Secret& secret) {
  return secret;
}
#endif
