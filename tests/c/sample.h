/* A key and a token that is good until the year 2100, for tests that only look at signet.h. The key is published: worthless.
 * The claims: iss, sub "alice", aud ["orders"], exp, scope "orders:read orders:write", roles ["clerk","auditor"], plan "gold",
 * seats 25, ratio 0.5, trial true, teams ["eu","us"], none [], limits {"rps":100}, odd "a\u0000b". */
#ifndef SIGNET_TESTS_C_SAMPLE_H
#define SIGNET_TESTS_C_SAMPLE_H

#define SAMPLE_ISSUER "https://auth.example.com"
#define SAMPLE_SECRET "a published, worthless test key!"
#define SAMPLE_JWK "{\"kty\":\"oct\",\"alg\":\"HS256\",\"k\":\"YSBwdWJsaXNoZWQsIHdvcnRobGVzcyB0ZXN0IGtleSE\"}"
#define SAMPLE_THUMBPRINT "OegftDLPwMQcePB0e0OtkNnSZZcFCYrS1wBAm0mDEgU"
#define SAMPLE_EXPIRES_AT 4102444800
#define SAMPLE_TOKEN                                                                                 \
  "eyJhbGciOiJIUzI1NiIsInR5cCI6ImF0K2p3dCJ9.eyJpc3MiOiJodHRwczovL2F1dGguZXhhbXBsZS5jb20iLCJzdWIiOiJ" \
  "hbGljZSIsImF1ZCI6WyJvcmRlcnMiXSwiZXhwIjo0MTAyNDQ0ODAwLCJzY29wZSI6Im9yZGVyczpyZWFkIG9yZGVyczp3cml" \
  "0ZSIsInJvbGVzIjpbImNsZXJrIiwiYXVkaXRvciJdLCJwbGFuIjoiZ29sZCIsInNlYXRzIjoyNSwicmF0aW8iOjAuNSwidHJ" \
  "pYWwiOnRydWUsInRlYW1zIjpbImV1IiwidXMiXSwibm9uZSI6W10sImxpbWl0cyI6eyJycHMiOjEwMH0sIm9kZCI6ImFcdTA" \
  "wMDBiIn0.w0aycdVdS91lobfE9ruSwD1eaWRp6NEK55dYpuALLl0"

#endif
