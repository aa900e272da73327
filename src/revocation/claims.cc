#include "revocation/claims.h"

#include "base/try.h"
#include "revocation/batch.h"

namespace signet::revocation {

Result<std::uint64_t> integer(Json value, std::uint64_t min, std::uint64_t max) {
  const auto number = value.as_int();
  if (!number || *number < 0) return fail(Errc::kMalformed, "a claim that must be a natural number is none");
  const auto natural = static_cast<std::uint64_t>(*number);
  if (natural < min || natural > max) return fail(Errc::kMalformed, "a number out of bounds");
  return natural;
}

Result<std::uint64_t> integer_claim(Json claims, std::string_view name, std::uint64_t min,
                                    std::uint64_t max) {
  const auto value = claims.member(name);
  if (!value) return fail(Errc::kMalformed, "a statement lacks a number");
  return integer(*value, min, max);
}

Result<std::string_view> text_claim(Json claims, std::string_view name) {
  const auto value = claims.member(name);
  const auto text = value ? value->as_string() : std::unexpected(value.error());
  if (!text) return fail(Errc::kMalformed, "a statement lacks a string");
  return *text;
}

Result<Json> object_claim(Json claims, std::string_view name) {
  const auto value = claims.member(name);
  if (!value || value->type() != Json::Type::kObject)
    return fail(Errc::kMalformed, "a statement lacks an object");
  return *value;
}

Result<std::string_view> epoch_claim(Json claims) {
  TRY(epoch, text_claim(claims, "epoch"));
  if (!is_epoch(epoch)) return fail(Errc::kMalformed, "a statement whose epoch cannot be one");
  return epoch;
}

}  // namespace signet::revocation
