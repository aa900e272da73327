#include "forger.h"

#include "base/base64url.h"
#include "token/jws.h"
#include "token/material.h"

namespace signet::bench {

std::string encode(std::string_view bytes) {
  return base64url_encode(as_bytes(bytes));
}

std::string Forger::sign(std::string_view header, std::string_view payload) const {
  std::string token = encode(header) + '.' + encode(payload);
  const Bytes signature = *key_.material().scheme->sign(as_bytes(token));
  return token + '.' + base64url_encode(signature);
}

std::string Forger::own_header() const {
  return token::own_header(key_.algorithm(), key_.kid(), token::kOwnType);
}

std::string Forger::header(std::string_view more) const {
  return R"({"typ":"at+jwt","alg":")" + algorithm() + R"(","kid":")" + key_.kid() + '"' + std::string(more) +
         '}';
}

std::string Forger::header_with(std::string_view algorithm, std::string_view kid, std::string_view type) {
  std::string header = R"({"x":0)";
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) header += ",\"" + std::string(name) + "\":\"" + std::string(value) + '"';
  };
  add("alg", algorithm);
  add("kid", kid);
  add("typ", type);
  return header + '}';
}

}  // namespace signet::bench
