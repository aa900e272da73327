/* Signet for C, and through C for every other language.
 *
 *   signet_options* options = signet_options_new();
 *   signet_options_set_text(options, SIGNET_ISSUER, "https://auth.example.com", SIGNET_NUL_TERMINATED);
 *   signet_options_set_text(options, SIGNET_AUDIENCE, "orders", SIGNET_NUL_TERMINATED);
 *   const char* why;
 *   signet_guard* guard;
 *   if (signet_guard_open(options, &guard, &why) != SIGNET_OK) return die(why);
 *   ...
 *   signet_token* token;
 *   signet_code code = signet_guard_check(guard, header, SIGNET_NUL_TERMINATED, &token, &why);
 *   if (code != SIGNET_OK) return respond(signet_http_status(code));
 *   if (!signet_token_has_scope(token, "orders:read")) respond(403);
 *   signet_token_free(token);
 *
 * Failures: a function that can fail returns a signet_code, and sets what it was to make to NULL (or empty, or 0). `why`
 * may be NULL; else it becomes a text in English, without any part of a token or key, that is never freed. Nothing throws
 * or aborts out of here: out of memory is SIGNET_INTERNAL, a NULL where a value belongs SIGNET_INVALID_ARGUMENT.
 *
 * Ownership: what a function makes belongs to the caller, who frees it with the _free of its type. Freeing NULL does
 * nothing. What is passed in is read during the call alone, never kept. A `const char*` that comes out borrows from
 * the object that it came from.
 *
 * Lengths are in bytes. Where a text goes in with its length, SIGNET_NUL_TERMINATED lets it be counted. Texts that come
 * out have a length and no NUL at their end, unless it says so: a claim may hold any character, NUL too.
 *
 * Threads: a guard, verifier, key set or token may be used by many threads at once; options by one. Freeing must come
 * after all other calls. Objects are independent: a token may outlive its guard, a guard its options. A guard keeps a
 * thread of its own, which a fork() does not take along: open guards after forking.
 *
 * Compatibility: within libsignet.so.0 functions, codes and options are added, never changed or taken away.
 */
#ifndef SIGNET_SIGNET_H
#define SIGNET_SIGNET_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "signet/export.h"

/* An enum may hold a number that this header does not know; C++ wants to be told. */
#ifdef __cplusplus
#define SIGNET_OPEN_ENUM : int
extern "C" {
#else
#define SIGNET_OPEN_ENUM
#endif

/* ---- Codes ---- */

/* signet_code says what a caller can do differently. There may be new ones: take an unknown one for a refusal. */
typedef enum signet_code SIGNET_OPEN_ENUM {
  SIGNET_OK = 0,
  SIGNET_MALFORMED = 1,         /* not a well-formed token, key, header or JSON text */
  SIGNET_UNSUPPORTED = 2,       /* well-formed, but uses something that Signet refuses by design */
  SIGNET_UNKNOWN_KEY = 3,       /* no key with that `kid` */
  SIGNET_BAD_SIGNATURE = 4,     /* the signature does not hold under the key */
  SIGNET_EXPIRED = 5,           /* `exp` has passed: the client should refresh */
  SIGNET_NOT_YET_VALID = 6,     /* `nbf` has not come yet: look at the clocks */
  SIGNET_WRONG_ISSUER = 7,      /* issued by somebody else */
  SIGNET_WRONG_AUDIENCE = 8,    /* meant for another service */
  SIGNET_WRONG_TYPE = 9,        /* another kind of token */
  SIGNET_REVOKED = 10,          /* an administrator ended the session */
  SIGNET_STALE = 11,            /* out of touch with the issuer for longer than allowed */
  SIGNET_NOT_FOUND = 12,        /* no such claim, file, ... */
  SIGNET_CONFLICT = 13,         /* it exists already, or somebody changed it meanwhile */
  SIGNET_UNAVAILABLE = 14,      /* try again later: the network is down */
  SIGNET_INVALID_ARGUMENT = 15, /* the caller's mistake: a weak key, no audience, a NULL, another type */
  SIGNET_INTERNAL = 16          /* a bug of ours, or out of memory */
} signet_code;

/* signet_code_name returns the code as logs spell it: "ok", "expired", ...; "internal" for what is none. */
SIGNET_API const char* signet_code_name(signet_code code);

/* signet_http_status returns what to answer the client: 401, or 503 for what is not its fault; 200 for SIGNET_OK. */
SIGNET_API int signet_http_status(signet_code code);

/* signet_version returns the version of the library that is running: "0.1.0". */
SIGNET_API const char* signet_version(void);

#define SIGNET_NUL_TERMINATED ((size_t)-1)

/* signet_text is bytes that belong to somebody else; `data` is never NULL. printf("%.*s", (int)t.length, t.data) */
typedef struct signet_text {
  const char* data;
  size_t length;
} signet_text;

/* signet_free frees a text or an array that a function made and said to be freed so. */
SIGNET_API void signet_free(void* made);

/* ---- Options: opaque and set by name, so that new ones change no layout and no function ---- */

typedef struct signet_options signet_options;

typedef enum signet_option SIGNET_OPEN_ENUM {
  /* Texts. Issuer and audience must be set. */
  SIGNET_ISSUER = 1,   /* equal to `iss`, byte by byte; keys come from ISSUER/.well-known/jwks.json */
  SIGNET_AUDIENCE = 2, /* this API's name */
  SIGNET_TYPE = 3,     /* the header's `typ`; "at+jwt" unless set */
  /* Texts, for guards alone: where the keys are, if not fetched from the issuer. One of the first three. */
  SIGNET_KEY_PEM = 10,       /* a public key */
  SIGNET_KEY_FILE = 11,      /* the path of a JWK, a JWK Set or PEM */
  SIGNET_SHARED_SECRET = 12, /* the raw bytes of an HMAC key, 32 or more; not base64url */
  SIGNET_ALGORITHM = 13,     /* "RS256", ...: for keys that name none; a secret is HS256 unless set */
  SIGNET_JWKS_URL = 14,      /* where the keys are, if not below the issuer */
  SIGNET_CACHE_DIR =
      15, /* this user's own folder for copies of keys and revocations: starts without the issuer */
  /* Texts, for guards alone, about revocations. */
  SIGNET_REVOCATIONS_URL = 16, /* where `/revocations` and `/status/N` are, if not at ISSUER/v1 */
  SIGNET_VERIFIER_KEY = 17,    /* this service's, so that its verifiers are listed, and waited for */
  /* Numbers. */
  SIGNET_LEEWAY = 100, /* seconds that clocks may be apart: 0 to 600; 0 unless set */
  /* Numbers, for guards alone. */
  SIGNET_REFRESH_EVERY = 110,                   /* seconds between fetches: 5 to 86400; 300 unless set */
  SIGNET_TRUST_PLAIN_HTTP_TO_OTHER_HOSTS = 111, /* 1: whoever touches that network can forge every token */
  SIGNET_TOKEN_CACHE = 112,                     /* 0: verified tokens are not remembered */
  SIGNET_TOKEN_CACHE_BYTES = 113,               /* what they may take; 67108864 unless set */
  SIGNET_FOLLOW_REVOCATIONS = 114, /* 1 or 0; unless set, exactly when the keys are fetched from the issuer */
  SIGNET_MAX_STALENESS = 115,      /* seconds, 5 to 2592000; past it SIGNET_STALE; 600 unless set */
  SIGNET_ACCEPT_TOKENS_WHILE_REVOCATIONS_ARE_UNKNOWN = 116 /* 1: turns that off */
} signet_option;

/* signet_options_new returns NULL when out of memory; the functions that take options then refuse the NULL. */
SIGNET_API signet_options* signet_options_new(void);
SIGNET_API void signet_options_free(signet_options* options);

/* The setters fail with SIGNET_INVALID_ARGUMENT for an option that is not of their kind, or that this version does
 * not know, and with SIGNET_UNSUPPORTED for an algorithm that there is not. The options remember that: open and
 * verifier_new then fail too, so that no check is left out in silence. */
SIGNET_API signet_code signet_options_set_text(signet_options* options, signet_option option,
                                               const char* text, size_t length);
SIGNET_API signet_code signet_options_set_number(signet_options* options, signet_option option,
                                                 int64_t number);

/* ---- Tokens that were judged good ---- */

typedef struct signet_token signet_token;

SIGNET_API void signet_token_free(signet_token* token);

/* signet_token_subject returns `sub`; empty when the token has none, or is NULL. */
SIGNET_API signet_text signet_token_subject(const signet_token* token);
/* signet_token_expires_at returns `exp` in seconds since 1970; 0 for NULL. */
SIGNET_API int64_t signet_token_expires_at(const signet_token* token);
/* has_scope looks for one word among those of `scope`, has_role for one string in `roles`; false for NULL. */
SIGNET_API bool signet_token_has_scope(const signet_token* token, const char* scope);
SIGNET_API bool signet_token_has_role(const signet_token* token, const char* role);

/* One claim of a plain type, by its name. SIGNET_NOT_FOUND: the token has none; SIGNET_INVALID_ARGUMENT: it is of another
 * type. integer is what fits into an int64 and was written without fraction or exponent; number takes any. */
SIGNET_API signet_code signet_token_string(const signet_token* token, const char* name, signet_text* value);
SIGNET_API signet_code signet_token_integer(const signet_token* token, const char* name, int64_t* value);
SIGNET_API signet_code signet_token_number(const signet_token* token, const char* name, double* value);
SIGNET_API signet_code signet_token_boolean(const signet_token* token, const char* name, bool* value);
/* strings makes an array of `count` texts: free the array with signet_free; the texts borrow from the token. */
SIGNET_API signet_code signet_token_strings(const signet_token* token, const char* name, signet_text** values,
                                            size_t* count);

/* claim_json writes one claim of any type as compact JSON, claims_json all of them as an object. The text ends with a NUL
 * and holds no other; free it with signet_free. */
SIGNET_API signet_code signet_token_claim_json(const signet_token* token, const char* name, char** json);
SIGNET_API signet_code signet_token_claims_json(const signet_token* token, char** json);

/* ---- Guard: what an API holds ---- */

typedef struct signet_guard signet_guard;

/* open takes the keys from where the options say, and the revocations from the issuer. From a URL: fetches them once (5 s at
 * most for each answer: the keys, the feed, and every status list that is in use), and then in the background; no check ever
 * waits for the network. SIGNET_UNAVAILABLE: the issuer does not answer, and there is no copy on disk;
 * SIGNET_INVALID_ARGUMENT, SIGNET_MALFORMED, SIGNET_UNSUPPORTED, SIGNET_NOT_FOUND: the options, the keys or the issuer's
 * feed are no good; when revocations are followed also what is wrong with the issuer's statements: SIGNET_WRONG_ISSUER
 * (`issuer` is not what it calls itself), SIGNET_UNKNOWN_KEY, SIGNET_BAD_SIGNATURE, SIGNET_NOT_YET_VALID, SIGNET_EXPIRED (compare
 * the clocks), SIGNET_WRONG_TYPE, SIGNET_CONFLICT. */
SIGNET_API signet_code signet_guard_open(const signet_options* options, signet_guard** guard,
                                         const char** why);
SIGNET_API void signet_guard_free(signet_guard* guard);

/* check judges the value of an Authorization header, "Bearer TOKEN"; check_token a token that came by another way. */
SIGNET_API signet_code signet_guard_check(const signet_guard* guard, const char* authorization, size_t length,
                                          signet_token** token, const char** why);
SIGNET_API signet_code signet_guard_check_token(const signet_guard* guard, const char* text, size_t length,
                                                signet_token** token, const char** why);

/* refresh fetches the keys now and waits for the answer; for tests and tools. Does nothing for a guard without a URL. */
SIGNET_API signet_code signet_guard_refresh(const signet_guard* guard, const char** why);

/* status_json writes how the guard is, for /readyz and metrics: {"keys":2,"refreshed_at":1700000000,"from_disk":false,
 * "fetches":9,"failures":0,"last_error":"","copy_error":"", ...}; refreshed_at is null before the first refresh.
 * `revocations` is null when they are not followed, or an object with epoch, sequence, fresh_at, is_stale, ... There may be
 * new members. The text ends with a NUL; free it with signet_free. */
SIGNET_API signet_code signet_guard_status_json(const signet_guard* guard, char** json);

/* ---- Keys and time as arguments: verification without network, threads or clock ---- */

typedef struct signet_keys signet_keys;
typedef struct signet_verifier signet_verifier;

/* load reads a JWK, a JWK Set or PEM. `algorithm`, which may be NULL, is for keys that name none: RSA in PEM needs it. */
SIGNET_API signet_code signet_keys_load(const char* text, size_t length, const char* algorithm,
                                        signet_keys** keys, const char** why);
SIGNET_API void signet_keys_free(signet_keys* keys);
/* count is the number of usable keys; 0 for NULL. */
SIGNET_API size_t signet_keys_count(const signet_keys* keys);
/* thumbprint writes RFC 7638's of one of them, 43 characters and a NUL. SIGNET_NOT_FOUND past the last one. */
SIGNET_API signet_code signet_keys_thumbprint(const signet_keys* keys, size_t index, char thumbprint[44]);

/* verifier_new takes the options that are not for guards alone, and refuses the others. */
SIGNET_API signet_code signet_verifier_new(const signet_options* options, signet_verifier** verifier,
                                           const char** why);
SIGNET_API void signet_verifier_free(signet_verifier* verifier);

/* verify judges a token at the time `now`, in seconds since 1970. */
SIGNET_API signet_code signet_verifier_verify(const signet_verifier* verifier, const signet_keys* keys,
                                              int64_t now, const char* text, size_t length,
                                              signet_token** token, const char** why);

#ifdef __cplusplus
}
#endif

#endif
