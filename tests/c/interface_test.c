/* The C interface from C11: every function, with what it is for, and with NULL in the place of every pointer. Prints what
 * does not hold, and exits 1 if anything did not. The sanitizers watch who frees what. */
#include <signet/signet.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sample.h"

static int failures = 0;

static void expect(bool holds, const char* what, int line) {
  if (holds) return;
  fprintf(stderr, "interface_test.c:%d: %s\n", line, what);
  ++failures;
}
#define EXPECT(condition) expect((condition), #condition, __LINE__)
#define EXPECT_CODE(expected, expression) \
  expect((expression) == (expected), #expression " is " #expected, __LINE__)

static bool equal(signet_text text, const char* bytes, size_t length) {
  return text.data != NULL && text.length == length && memcmp(text.data, bytes, length) == 0;
}
#define EQUAL(text, literal) equal((text), (literal), sizeof(literal) - 1)

static void set(signet_options* options, signet_option option, const char* text) {
  EXPECT_CODE(SIGNET_OK, signet_options_set_text(options, option, text, SIGNET_NUL_TERMINATED));
}

static signet_options* policy(const char* audience) {
  signet_options* options = signet_options_new();
  set(options, SIGNET_ISSUER, SAMPLE_ISSUER);
  set(options, SIGNET_AUDIENCE, audience);
  return options;
}

static void test_codes(void) {
  EXPECT(strcmp(signet_code_name(SIGNET_OK), "ok") == 0);
  EXPECT(strcmp(signet_code_name(SIGNET_EXPIRED), "expired") == 0);
  EXPECT(strcmp(signet_code_name((signet_code)4711), "internal") == 0);
  EXPECT(signet_http_status(SIGNET_OK) == 200);
  EXPECT(signet_http_status(SIGNET_REVOKED) == 401);
  EXPECT(signet_http_status(SIGNET_STALE) == 503);
  EXPECT(signet_http_status((signet_code)4711) == 503);
  EXPECT(strchr(signet_version(), '.') != NULL);
  signet_free(NULL);
}

static void test_plain_claims(const signet_token* token) {
  signet_text text;
  int64_t integer;
  double number;
  bool boolean;
  EXPECT(EQUAL(signet_token_subject(token), "alice"));
  EXPECT(signet_token_expires_at(token) == SAMPLE_EXPIRES_AT);
  EXPECT(signet_token_has_scope(token, "orders:read") && !signet_token_has_scope(token, "orders"));
  EXPECT(signet_token_has_role(token, "clerk") && !signet_token_has_role(token, "admin"));
  EXPECT_CODE(SIGNET_OK, signet_token_string(token, "plan", &text));
  EXPECT(EQUAL(text, "gold"));
  EXPECT_CODE(SIGNET_OK, signet_token_string(token, "odd", &text));
  EXPECT(EQUAL(text, "a\0b"));
  EXPECT_CODE(SIGNET_NOT_FOUND, signet_token_string(token, "planet", &text));
  EXPECT(EQUAL(text, ""));
  EXPECT_CODE(SIGNET_OK, signet_token_integer(token, "seats", &integer));
  EXPECT(integer == 25);
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_integer(token, "plan", &integer));
  EXPECT(integer == 0);
  EXPECT_CODE(SIGNET_OK, signet_token_number(token, "ratio", &number));
  EXPECT(number > 0.49 && number < 0.51);
  EXPECT_CODE(SIGNET_OK, signet_token_boolean(token, "trial", &boolean));
  EXPECT(boolean);
}

static void test_other_claims(const signet_token* token) {
  signet_text* texts;
  size_t count;
  char* json;
  EXPECT_CODE(SIGNET_OK, signet_token_strings(token, "teams", &texts, &count));
  EXPECT(count == 2 && EQUAL(texts[0], "eu") && EQUAL(texts[1], "us"));
  signet_free(texts);
  EXPECT_CODE(SIGNET_OK, signet_token_strings(token, "none", &texts, &count));
  EXPECT(count == 0 && texts != NULL);
  signet_free(texts);
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_strings(token, "seats", &texts, &count));
  EXPECT(count == 0 && texts == NULL);
  EXPECT_CODE(SIGNET_OK, signet_token_claim_json(token, "limits", &json));
  EXPECT(json != NULL && strcmp(json, "{\"rps\":100}") == 0);
  signet_free(json);
  EXPECT_CODE(SIGNET_NOT_FOUND, signet_token_claim_json(token, "limit", &json));
  EXPECT(json == NULL);
  EXPECT_CODE(SIGNET_OK, signet_token_claims_json(token, &json));
  EXPECT(json != NULL && strncmp(json, "{\"iss\":\"", 8) == 0 &&
         strstr(json, "\"odd\":\"a\\u0000b\"}") != NULL);
  signet_free(json);
}

static void test_guard(void) {
  signet_options* options = policy("orders");
  EXPECT_CODE(SIGNET_OK, signet_options_set_text(options, SIGNET_SHARED_SECRET, SAMPLE_SECRET "beyond",
                                                 sizeof(SAMPLE_SECRET) - 1));
  signet_guard* guard;
  const char* why = NULL;
  EXPECT_CODE(SIGNET_OK, signet_guard_open(options, &guard, &why));
  EXPECT(why != NULL && *why == '\0');
  signet_options_free(options); /* a guard does without them */

  signet_token* token;
  const char header[] = "Bearer " SAMPLE_TOKEN;
  EXPECT_CODE(SIGNET_MALFORMED, signet_guard_check(guard, SAMPLE_TOKEN, SIGNET_NUL_TERMINATED, &token, &why));
  EXPECT(token == NULL && *why != '\0');
  EXPECT_CODE(SIGNET_MALFORMED, signet_guard_check(guard, header, sizeof(header) - 7, &token, NULL));
  EXPECT(token == NULL);
  EXPECT_CODE(SIGNET_OK, signet_guard_check(guard, header, sizeof(header) - 1, &token, NULL));
  signet_token_free(token);
  EXPECT_CODE(SIGNET_OK, signet_guard_check_token(guard, SAMPLE_TOKEN, SIGNET_NUL_TERMINATED, &token, &why));
  EXPECT_CODE(SIGNET_OK, signet_guard_refresh(guard, &why)); /* no URL: nothing to do */

  char* json;
  EXPECT_CODE(SIGNET_OK, signet_guard_status_json(guard, &json));
  EXPECT(json != NULL && strncmp(json, "{\"keys\":1,\"refreshed_at\":null,", 30) == 0);
  EXPECT(strstr(json, "\"revocations\":null") != NULL);
  signet_free(json);
  signet_guard_free(guard);

  test_plain_claims(token); /* a token does without its guard */
  test_other_claims(token);
  signet_token_free(token);
}

static void test_verifier(void) {
  signet_options* options = policy("orders");
  EXPECT_CODE(SIGNET_OK, signet_options_set_number(options, SIGNET_LEEWAY, 60));
  signet_verifier* verifier;
  signet_keys* keys;
  signet_token* token;
  const char* why;
  EXPECT_CODE(SIGNET_OK, signet_verifier_new(options, &verifier, &why));
  EXPECT_CODE(SIGNET_OK, signet_keys_load(SAMPLE_JWK, SIGNET_NUL_TERMINATED, NULL, &keys, &why));
  const char* text = SAMPLE_TOKEN;
  const size_t length = strlen(text);
  EXPECT_CODE(SIGNET_OK,
              signet_verifier_verify(verifier, keys, SAMPLE_EXPIRES_AT + 59, text, length, &token, &why));
  signet_token_free(token);
  EXPECT_CODE(SIGNET_EXPIRED,
              signet_verifier_verify(verifier, keys, SAMPLE_EXPIRES_AT + 60, text, length, &token, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT,
              signet_verifier_verify(verifier, keys, -1, text, length, &token, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT,
              signet_verifier_verify(verifier, keys, INT64_MAX, text, length, &token, &why));
  signet_verifier_free(verifier);
  signet_options_free(options);

  char thumbprint[44];
  EXPECT(signet_keys_count(keys) == 1);
  EXPECT_CODE(SIGNET_OK, signet_keys_thumbprint(keys, 0, thumbprint));
  EXPECT(strcmp(thumbprint, SAMPLE_THUMBPRINT) == 0);
  EXPECT_CODE(SIGNET_NOT_FOUND, signet_keys_thumbprint(keys, 1, thumbprint));
  EXPECT(thumbprint[0] == '\0');
  signet_keys_free(keys);
  EXPECT_CODE(SIGNET_UNSUPPORTED, signet_keys_load(SAMPLE_JWK, SIGNET_NUL_TERMINATED, "none", &keys, &why));
  EXPECT_CODE(SIGNET_MALFORMED, signet_keys_load("{", 1, NULL, &keys, NULL));
  EXPECT(keys == NULL);
}

/* Expects that neither a guard nor a verifier can be made any more, and frees the options. */
static void expect_spoilt(signet_options* options) {
  signet_guard* guard;
  signet_verifier* verifier;
  const char* why;
  set(options, SIGNET_KEY_FILE, "/nonexistent");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_open(options, &guard, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_verifier_new(options, &verifier, &why));
  EXPECT(guard == NULL && verifier == NULL);
  signet_options_free(options);
}

static void test_options_that_fail(void) {
  signet_options* options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_text(options, (signet_option)4711, "x", 1));
  expect_spoilt(options);
  options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_number(options, SIGNET_TYPE, 1));
  expect_spoilt(options);
  options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_number(options, SIGNET_LEEWAY, 601));
  expect_spoilt(options);
  options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_text(options, SIGNET_JWKS_URL, "", 0));
  expect_spoilt(options);
  options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_text(options, SIGNET_CACHE_DIR, "a\0b", 3));
  expect_spoilt(options);
  options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_text(options, SIGNET_KEY_PEM, NULL, 0));
  expect_spoilt(options);
  options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT,
              signet_options_set_number(options, SIGNET_TRUST_PLAIN_HTTP_TO_OTHER_HOSTS, 2));
  expect_spoilt(options);
  options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_number(options, SIGNET_FOLLOW_REVOCATIONS, -1));
  expect_spoilt(options);
  options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_number(options, SIGNET_MAX_STALENESS, 4));
  expect_spoilt(options);
  options = policy("orders");
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_number(options, SIGNET_TOKEN_CACHE_BYTES, -1));
  expect_spoilt(options);

  signet_guard* guard;
  options = policy("orders");
  set(options, SIGNET_KEY_FILE, "/nonexistent");
  EXPECT_CODE(SIGNET_NOT_FOUND, signet_guard_open(options, &guard, NULL));
  signet_options_free(options);
  options = signet_options_new(); /* no issuer, no audience */
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_open(options, &guard, NULL));
  signet_options_free(options);
}

static void test_null_tokens(void) {
  signet_text text = {NULL, 7};
  signet_text* texts;
  size_t count;
  int64_t integer;
  double number;
  bool boolean;
  char* json;
  EXPECT(EQUAL(signet_token_subject(NULL), "") && signet_token_expires_at(NULL) == 0);
  EXPECT(!signet_token_has_scope(NULL, "x") && !signet_token_has_role(NULL, "x"));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_string(NULL, "x", &text));
  EXPECT(EQUAL(text, ""));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_integer(NULL, "x", &integer));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_number(NULL, "x", &number));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_boolean(NULL, "x", &boolean));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_strings(NULL, "x", &texts, &count));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_claim_json(NULL, "x", &json));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_claims_json(NULL, &json));
  signet_token_free(NULL);
}

/* With a good token, and NULL in each other place. */
static void test_null_names_and_places(const signet_token* token) {
  signet_text text;
  signet_text* texts;
  size_t count;
  char* json;
  EXPECT(!signet_token_has_scope(token, NULL) && !signet_token_has_role(token, NULL));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_string(token, NULL, &text));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_string(token, "plan", NULL));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_integer(token, "seats", NULL));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_number(token, "ratio", NULL));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_boolean(token, "trial", NULL));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_strings(token, NULL, &texts, &count));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_strings(token, "teams", NULL, &count));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_strings(token, "teams", &texts, NULL));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_claim_json(token, NULL, &json));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_claim_json(token, "plan", NULL));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_token_claims_json(token, NULL));
}

static void test_null_keys_and_verifiers(void) {
  signet_options* options = policy("orders");
  signet_verifier *verifier, *no_verifier;
  signet_keys *keys, *no_keys;
  signet_token* token;
  char thumbprint[44];
  const char* why;
  EXPECT_CODE(SIGNET_OK, signet_verifier_new(options, &verifier, NULL));
  EXPECT_CODE(SIGNET_OK, signet_keys_load(SAMPLE_JWK, SIGNET_NUL_TERMINATED, NULL, &keys, NULL));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_verifier_verify(NULL, keys, 1, "x", 1, &token, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_verifier_verify(verifier, NULL, 1, "x", 1, &token, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_verifier_verify(verifier, keys, 1, NULL, 0, &token, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_verifier_verify(verifier, keys, 1, "x", 1, NULL, &why));
  EXPECT_CODE(SIGNET_OK,
              signet_verifier_verify(verifier, keys, 1, SAMPLE_TOKEN, SIGNET_NUL_TERMINATED, &token, NULL));
  test_null_names_and_places(token);
  signet_token_free(token);

  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_keys_load(NULL, 0, NULL, &no_keys, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_keys_load(SAMPLE_JWK, 1, NULL, NULL, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_keys_thumbprint(NULL, 0, thumbprint));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_keys_thumbprint(keys, 0, NULL));
  EXPECT(signet_keys_count(NULL) == 0);
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_verifier_new(NULL, &no_verifier, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_verifier_new(options, NULL, &why));
  signet_options_free(options);
  signet_verifier_free(verifier);
  signet_verifier_free(NULL);
  signet_keys_free(keys);
  signet_keys_free(NULL);
}

static void test_null_guards(void) {
  signet_options* options = policy("orders");
  EXPECT_CODE(SIGNET_OK,
              signet_options_set_text(options, SIGNET_SHARED_SECRET, SAMPLE_SECRET, SIGNET_NUL_TERMINATED));
  signet_guard *guard, *no_guard;
  signet_token* token;
  char* json;
  const char* why;
  EXPECT_CODE(SIGNET_OK, signet_guard_open(options, &guard, NULL));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_open(NULL, &no_guard, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_open(options, NULL, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_check(NULL, "x", 1, &token, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_check(guard, NULL, 0, &token, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_check(guard, "x", 1, NULL, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_check_token(NULL, "x", 1, &token, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT,
              signet_guard_check_token(guard, NULL, SIGNET_NUL_TERMINATED, &token, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_check_token(guard, "x", 1, NULL, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_refresh(NULL, &why));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_status_json(NULL, &json));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_guard_status_json(guard, NULL));
  signet_guard_free(guard);
  signet_guard_free(NULL);

  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_text(NULL, SIGNET_ISSUER, "x", 1));
  EXPECT_CODE(SIGNET_INVALID_ARGUMENT, signet_options_set_number(NULL, SIGNET_LEEWAY, 1));
  signet_options_free(options);
  signet_options_free(NULL);
}

int main(void) {
  test_codes();
  test_guard();
  test_verifier();
  test_options_that_fail();
  test_null_tokens();
  test_null_keys_and_verifiers();
  test_null_guards();
  printf("interface_test: %d failures\n", failures);
  return failures == 0 ? EXIT_SUCCESS : EXIT_FAILURE;
}
