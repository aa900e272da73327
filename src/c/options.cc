#include "c/options.h"

namespace signet::c {
namespace {

constexpr std::unexpected<Error> kUnknownOption(Error{Errc::kInvalidArgument,
                                                      "no such option, or it is not of this type"});

bool is_guards_own(signet_option option) noexcept {
  switch (option) {
    case SIGNET_ISSUER:
    case SIGNET_AUDIENCE:
    case SIGNET_TYPE:
    case SIGNET_LEEWAY:
      return false;
    default:
      return true;
  }
}

Result<void> set_algorithm(GuardOptions& values, std::string_view name) {
  TRY(algorithm, parse_algorithm(name));
  values.algorithm = algorithm;
  return {};
}

Result<void> set_text(GuardOptions& values, signet_option option, std::string_view text) {
  // An empty text is a variable that was never filled; a NUL would cut a path short.
  if (text.empty()) return fail(Errc::kInvalidArgument, "an option is set to an empty text");
  if (option != SIGNET_SHARED_SECRET && text.find('\0') != text.npos)
    return fail(Errc::kInvalidArgument, "an option has a NUL in its text");
  switch (option) {
    case SIGNET_ISSUER:
      return values.issuer = text, Result<void>{};
    case SIGNET_AUDIENCE:
      return values.audience = text, Result<void>{};
    case SIGNET_TYPE:
      return values.type = text, Result<void>{};
    case SIGNET_KEY_PEM:
      return values.key_pem = text, Result<void>{};
    case SIGNET_KEY_FILE:
      return values.key_file = text, Result<void>{};
    case SIGNET_SHARED_SECRET:
      return values.shared_secret = text, Result<void>{};
    case SIGNET_ALGORITHM:
      return set_algorithm(values, text);
    case SIGNET_JWKS_URL:
      return values.jwks_url = text, Result<void>{};
    case SIGNET_CACHE_DIR:
      return values.cache_dir = text, Result<void>{};
    case SIGNET_REVOCATIONS_URL:
      return values.revocations_url = text, Result<void>{};
    case SIGNET_VERIFIER_KEY:
      return values.verifier_key = text, Result<void>{};
    default:
      return kUnknownOption;
  }
}

Result<bool> as_flag(std::int64_t number) {
  if (number != 0 && number != 1) return fail(Errc::kInvalidArgument, "an option that is 0 or 1");
  return number == 1;
}

Result<std::chrono::seconds> as_seconds(std::int64_t number, std::int64_t least, std::int64_t most) {
  if (number < least || number > most)
    return fail(Errc::kInvalidArgument, "an option's number of seconds is out of range");
  return std::chrono::seconds(number);
}

/// Options that are 0 or 1.
Result<void> set_flag(GuardOptions& values, signet_option option, std::int64_t number) {
  TRY(on, as_flag(number));
  switch (option) {
    case SIGNET_TRUST_PLAIN_HTTP_TO_OTHER_HOSTS:
      return values.trust_plain_http_to_other_hosts = on, Result<void>{};
    case SIGNET_TOKEN_CACHE:
      return values.token_cache = on, Result<void>{};
    case SIGNET_FOLLOW_REVOCATIONS:
      return values.follow_revocations = on, Result<void>{};
    case SIGNET_ACCEPT_TOKENS_WHILE_REVOCATIONS_ARE_UNKNOWN:
      return values.accept_tokens_while_revocations_are_unknown = on, Result<void>{};
    default:
      return kUnknownOption;
  }
}

Result<void> set_number(GuardOptions& values, signet_option option, std::int64_t number) {
  switch (option) {
    case SIGNET_LEEWAY: {
      TRY(leeway, as_seconds(number, 0, 600));
      return values.leeway = leeway, Result<void>{};
    }
    case SIGNET_REFRESH_EVERY: {
      TRY(refresh_every, as_seconds(number, 5, 86400));
      return values.refresh_every = refresh_every, Result<void>{};
    }
    case SIGNET_MAX_STALENESS: {
      TRY(max_staleness, as_seconds(number, 5, 2592000));
      return values.max_staleness = max_staleness, Result<void>{};
    }
    case SIGNET_TOKEN_CACHE_BYTES:
      if (number < 0) return fail(Errc::kInvalidArgument, "a negative number of bytes");
      return values.token_cache_bytes = static_cast<std::size_t>(number), Result<void>{};
    case SIGNET_TRUST_PLAIN_HTTP_TO_OTHER_HOSTS:
    case SIGNET_TOKEN_CACHE:
    case SIGNET_FOLLOW_REVOCATIONS:
    case SIGNET_ACCEPT_TOKENS_WHILE_REVOCATIONS_ARE_UNKNOWN:
      return set_flag(values, option, number);
    default:
      return kUnknownOption;
  }
}

/// Sets, and remembers what went wrong: also when memory ran out.
template <class Set>
signet_code set(signet_options* options, signet_option option, Set&& set_it) noexcept {
  if (!options) return SIGNET_INVALID_ARGUMENT;
  options->has_guards_own |= is_guards_own(option);
  const char* why = "";
  const signet_code code = at_boundary(&why, set_it);
  if (code != SIGNET_OK && !options->mistake) options->mistake = Error{errc_of(code), why};
  return code;
}

}  // namespace

Result<GuardOptions> guard_options(const signet_options* options) {
  if (!options) return std::unexpected(kNullArgument);
  if (options->mistake) return std::unexpected(*options->mistake);
  return options->values;
}

Result<Policy> policy_of(const signet_options* options) {
  TRY(values, guard_options(options));
  if (options->has_guards_own)
    return fail(Errc::kInvalidArgument, "a verifier takes no options that are for guards alone");
  return Policy::create({values.issuer, values.audience, values.type, values.leeway});
}

}  // namespace signet::c

using namespace signet::c;

signet_options* signet_options_new(void) {
  signet_options* made = nullptr;
  at_boundary(nullptr,
              [&]() -> signet::Result<void> { return made = new signet_options, signet::Result<void>{}; });
  return made;
}

void signet_options_free(signet_options* options) {
  delete options;
}

signet_code signet_options_set_text(signet_options* options, signet_option option, const char* text,
                                    size_t length) {
  return set(options, option, [&]() -> signet::Result<void> {
    if (!text) return std::unexpected(kNullArgument);
    return set_text(options->values, option, given(text, length));
  });
}

signet_code signet_options_set_number(signet_options* options, signet_option option, int64_t number) {
  return set(options, option, [&] { return set_number(options->values, option, number); });
}
