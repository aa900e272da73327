// Every kind of token that is refused, to be set beside one that is accepted.
#pragma once

#include <string>
#include <vector>

#include "subject.h"

namespace signet::bench {

struct Refusal {
  std::string name;
  std::string token;
  Errc expected;
};

/// make_refusals: whose header is Signer's own, byte for byte; like the accepted token in all but the fault.
[[nodiscard]] std::vector<Refusal> make_refusals(const Subject& subject);

/// make_header_refusals: whose fault is in the header, or needs another one; their like is foreign_token.
[[nodiscard]] std::vector<Refusal> make_header_refusals(const Subject& subject);

/// foreign_token is good, but its header is not written as Signer writes it, so that it has to be parsed.
[[nodiscard]] std::string foreign_token(const Subject& subject);

}  // namespace signet::bench
