#include "crypto/numbers.h"

#include <cstdlib>

namespace signet::crypto {
namespace {

template <class... F>
struct Overload : F... {
  using F::operator()...;
};

}  // namespace

bool is_private(const KeyNumbers& numbers) noexcept {
  return std::visit(
      Overload{[](const OctNumbers&) { return true; }, [](const auto& key) { return !key.d.empty(); }},
      numbers);
}

KeyNumbers public_half(const KeyNumbers& numbers) {
  return std::visit(
      Overload{[](const OctNumbers&) -> KeyNumbers { std::abort(); },
               [](const RsaNumbers& key) -> KeyNumbers {
                 RsaNumbers half;
                 half.n = key.n;
                 half.e = key.e;
                 return half;
               },
               [](const EcNumbers& key) -> KeyNumbers { return EcNumbers{key.curve, key.x, key.y, {}}; },
               [](const Ed25519Numbers& key) -> KeyNumbers { return Ed25519Numbers{key.x, {}}; }},
      numbers);
}

KeyNumbers clone(const KeyNumbers& numbers) {
  return std::visit(
      Overload{[](const OctNumbers& key) -> KeyNumbers { return OctNumbers{key.k.clone()}; },
               [](const RsaNumbers& key) -> KeyNumbers {
                 return RsaNumbers{key.n,         key.e,          key.d.clone(),  key.p.clone(),
                                   key.q.clone(), key.dp.clone(), key.dq.clone(), key.qi.clone()};
               },
               [](const EcNumbers& key) -> KeyNumbers {
                 return EcNumbers{key.curve, key.x, key.y, key.d.clone()};
               },
               [](const Ed25519Numbers& key) -> KeyNumbers { return Ed25519Numbers{key.x, key.d.clone()}; }},
      numbers);
}

}  // namespace signet::crypto
