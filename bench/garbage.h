// What a stranger may send by the thousand: 16 KiB that no key of ours ever signed.
#pragma once

#include <string>
#include <vector>

#include "subject.h"

namespace signet::bench {

struct Garbage {
  std::string name;
  std::string token;
};

/// make_garbage: of 16 KiB each, as long as a token may be, or longer.
[[nodiscard]] std::vector<Garbage> make_garbage(const Subject& subject);

/// make_forgeries: a real header before a payload of 16 KiB and a signature of the right length, which
/// nothing but the hash of all of it can tell from a real one, as far as the payload looks like claims.
[[nodiscard]] std::vector<Garbage> make_forgeries(const Subject& subject);

}  // namespace signet::bench
