// Why a token whose signature holds is refused, with both sides quoted: for whoever has to mend one of them.
#pragma once

#include <string>
#include <string_view>

#include "signet/verifier.h"

namespace signet::cli {

/// mismatch says what the token has and what was wanted, when `refusal` is about the type, issuer, audience or
/// time: `iss is "https://a.example/", wanted "https://a.example"`. Empty for every other refusal: nothing is
/// told of a token whose signature does not hold. Printable, whoever wrote the token.
[[nodiscard]] std::string mismatch(std::string_view token, const KeySet& keys, const Expectations& wanted,
                                   Time now, Errc refusal);

}  // namespace signet::cli
