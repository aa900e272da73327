#include <cstdlib>

#include "c/boundary.h"

using namespace signet::c;
using signet::Result;

namespace {

/// Reads one claim of a plain type with the VerifiedToken's function for it.
template <class T, class Read>
signet_code read_claim(const signet_token* token, const char* name, T* value, Read&& read) noexcept {
  if (!value) return SIGNET_INVALID_ARGUMENT;
  *value = {};
  return at_boundary(nullptr, [&]() -> Result<void> {
    if (!token || !name) return std::unexpected(kNullArgument);
    TRY(claim, read(token->token));
    *value = T(claim);
    return {};
  });
}

signet_text* hand_over_array(const std::vector<std::string_view>& texts) {
  // never of 0 bytes: malloc may answer that with NULL
  auto* array = static_cast<signet_text*>(std::malloc((texts.size() + 1) * sizeof(signet_text)));
  if (!array) throw std::bad_alloc();
  for (std::size_t i = 0; i < texts.size(); ++i) array[i] = lent(texts[i]);
  return array;
}

}  // namespace

void signet_token_free(signet_token* token) {
  delete token;
}

signet_text signet_token_subject(const signet_token* token) {
  return lent(token ? token->token.subject() : std::string_view());
}

int64_t signet_token_expires_at(const signet_token* token) {
  return token ? signet::unix_seconds(token->token.expires_at()) : 0;
}

bool signet_token_has_scope(const signet_token* token, const char* scope) {
  return token && scope && token->token.has_scope(scope);
}

bool signet_token_has_role(const signet_token* token, const char* role) {
  return token && role && token->token.has_role(role);
}

signet_code signet_token_string(const signet_token* token, const char* name, signet_text* value) {
  std::string_view text;
  const signet_code code =
      read_claim(token, name, &text, [&](const auto& verified) { return verified.string(name); });
  if (!value) return SIGNET_INVALID_ARGUMENT;
  *value = lent(text);
  return code;
}

signet_code signet_token_integer(const signet_token* token, const char* name, int64_t* value) {
  return read_claim(token, name, value, [&](const auto& verified) { return verified.integer(name); });
}

signet_code signet_token_number(const signet_token* token, const char* name, double* value) {
  return read_claim(token, name, value, [&](const auto& verified) { return verified.number(name); });
}

signet_code signet_token_boolean(const signet_token* token, const char* name, bool* value) {
  return read_claim(token, name, value, [&](const auto& verified) { return verified.boolean(name); });
}

signet_code signet_token_strings(const signet_token* token, const char* name, signet_text** values,
                                 size_t* count) {
  if (values) *values = nullptr;
  if (count) *count = 0;
  return at_boundary(nullptr, [&]() -> Result<void> {
    if (!token || !name || !values || !count) return std::unexpected(kNullArgument);
    TRY(texts, token->token.strings(name));
    *values = hand_over_array(texts);
    *count = texts.size();
    return {};
  });
}

signet_code signet_token_claim_json(const signet_token* token, const char* name, char** json) {
  return read_claim(token, name, json, [&](const auto& verified) -> Result<char*> {
    TRY(claim, verified.claim(name));
    return hand_over(claim.text());
  });
}

signet_code signet_token_claims_json(const signet_token* token, char** json) {
  return read_claim(token, "", json, [](const auto& verified) -> Result<char*> {
    return hand_over(verified.claims().text());
  });
}
