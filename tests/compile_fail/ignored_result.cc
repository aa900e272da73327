// What can fail cannot be ignored.
// complaint: nodiscard|unused-result|discard
#include "signet/guard.h"

bool check(const signet::Guard& guard) {
  return guard.check("Bearer x").has_value();
}

#ifdef MISUSE
void forget_to_look(const signet::Guard& guard) {
  guard.check("Bearer x");
}
#endif
