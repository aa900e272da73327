// An older C++ is told what is missing, first of all.
// misuse: -std=c++20 -Wfatal-errors
// complaint: Signet's headers need C\+\+23
#include "signet/guard.h"
#include "signet/revocation.h"
#include "signet/signer.h"
#include "signet/verifier.h"
