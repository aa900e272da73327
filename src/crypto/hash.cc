#include "crypto/hash.h"

#include "crypto/sha2.h"

namespace signet::crypto {
namespace {

template <Hash hash>
Digest run(ByteView data) noexcept {
  typename Sha2<hash>::State state;
  Sha2<hash>::start(state);
  Sha2<hash>::feed(state, data);
  Digest digest(hash);
  Sha2<hash>::finish(state, digest.data());
  return digest;
}

}  // namespace

Digest digest(Hash hash, ByteView data) noexcept {
  switch (hash) {
    case Hash::kSha384:
      return run<Hash::kSha384>(data);
    case Hash::kSha512:
      return run<Hash::kSha512>(data);
    default:
      return run<Hash::kSha256>(data);
  }
}

}  // namespace signet::crypto
