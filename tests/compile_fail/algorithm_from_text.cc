// An algorithm is one of the enumeration; text from a token does not become one by itself.
// complaint: (no matching|could not convert|no viable|cannot convert)
#include "signet/key.h"

signet::Result<signet::Key> load(std::string_view pem) {
  return signet::Key::from_pem(pem, signet::Algorithm::kRS256);
}

#ifdef MISUSE
signet::Result<signet::Key> load_as_told(std::string_view pem, std::string_view alg) {
  return signet::Key::from_pem(pem, alg);
}
#endif
