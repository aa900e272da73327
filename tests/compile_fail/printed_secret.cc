// Secrets do not print.
// complaint: (no match|invalid operands)
#include <iostream>

#include "base/secret.h"

void size_is_no_secret(const signet::Secret& secret) {
  std::cout << secret.size();
}

#ifdef MISUSE
void leak(const signet::Secret& secret) {
  std::cout << secret;
}
#endif
