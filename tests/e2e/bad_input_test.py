"""Bad input to every endpoint: the answer says what is wrong to a client, and nothing of us; and nothing changes."""

import contextlib
import json
import socket
import sqlite3
import unittest

from case import PASSWORD, FAST, IssuerCase, request

LONG = "a" * 5000
RESERVED = ("iss", "sub", "aud", "exp", "nbf", "iat", "jti", "sid", "scope", "roles", "status", "cnf", "client_id")

# Every endpoint, with the methods that it has.
ENDPOINTS = {
    "/v1/login": "POST", "/v1/refresh": "POST", "/v1/logout": "POST", "/v1/session": "GET",
    "/v1/admin/users": "GET POST", "/v1/admin/users/some-id": "GET PATCH DELETE",
    "/v1/admin/services": "GET POST", "/v1/admin/services/some-name": "GET PATCH DELETE",
    "/v1/admin/services/some-name/verifier-keys": "GET POST",
    "/v1/admin/services/some-name/verifier-keys/some-id": "DELETE", "/v1/admin/verifiers": "GET",
    "/v1/admin/accounts": "GET POST", "/v1/admin/accounts/some-name": "GET PATCH DELETE",
    "/v1/admin/keys": "GET", "/v1/admin/keys/some-kid": "DELETE",
    "/.well-known/jwks.json": "GET", "/.well-known/signet": "GET", "/healthz": "GET", "/readyz": "GET",
}

# What no endpoint that takes a body may take, and the status it gets.
BODIES = [
    (b"", 400), (b" ", 400), (b"{", 400), (b"[]", 400), (b"null", 400), (b'"text"', 400), (b"42", 400), (b"{}x", 400),
    (b'{"username":"a","username":"b"}', 400), (b'{"refresh_token":"\xff\xfe"}', 400), (b"\xef\xbb\xbf{}", 400),
    (b'{"username":"\\ud800"}', 400), (b"{'username':'a'}", 400), (b'{"a":' * 5000 + b"1" + b"}" * 5000, 400),
    (b'{"username":"a",}', 400), (b'{"access_seconds":1%s}' % (b"0" * 400), 400),
    (b"{\"username\":\"" + b"a" * 70_000 + b"\"}", 413),
]

LOGIN = [  # the body, and the field that is at fault
    ({"password": "x"}, "username"), ({"username": "alice"}, "password"), ({}, "username"),
    ({"username": 7, "password": "x"}, "username"), ({"username": None, "password": "x"}, "username"),
    ({"username": "", "password": "x"}, "username"), ({"username": "a" * 129, "password": "x"}, "username"),
    ({"username": "a b", "password": "x"}, "username"), ({"username": "a\0", "password": "x"}, "username"),
    ({"username": "alice\n", "password": "x"}, "username"), ({"username": "älice", "password": "x"}, "username"),
    ({"username": "alice", "password": ""}, "password"), ({"username": "alice", "password": ["x"]}, "password"),
    ({"username": "alice", "password": "x" * 1025}, "password"), ({"username": "alice", "password": "x\0"}, "password"),
    ({"username": "alice", "password": "x", "audience": 7}, "audience"),
    ({"username": "alice", "password": "x", "audience": ""}, "audience"),
    ({"username": "alice", "password": "x", "audience": []}, "audience"),
    ({"username": "alice", "password": "x", "audience": ["orders", "orders"]}, "audience"),
    ({"username": "alice", "password": "x", "audience": ["orders", 7]}, "audience[1]"),
    ({"username": "alice", "password": "x", "audience": ["s"] * 65}, "audience"),
    ({"username": "alice", "password": "x", "audience": LONG}, "audience"),
    ({"username": "alice", "password": "x", "cookie": "yes"}, "cookie"),
    ({"username": "alice", "password": "x", "cookie": 1}, "cookie"),
    ({"username": "alice", "password": "x", "user": "alice"}, "user"),
    ({"username": "alice", "password": "x", "Cookie": True}, "Cookie"),
]

TOKEN = [({}, "refresh_token"), ({"refresh_token": 7}, "refresh_token"), ({"refresh_token": ""}, "refresh_token"),
         ({"refresh_token": None}, "refresh_token"), ({"refresh_token": LONG}, "refresh_token"),
         ({"refresh_token": "a.0.b\n"}, "refresh_token"), ({"refresh_token": "a.0.b", "session": "x"}, "session")]

# What users have in common at first and later.
USER = [
    ({"password": ""}, "password"), ({"password": 7}, "password"), ({"password": "short"}, "password"),
    ({"password": "x" * 1025}, "password"), ({"password": "long enough, but\0"}, "password"),
    ({"scope": ["a"]}, "scope"), ({"scope": "a  b"}, "scope"), ({"scope": " a"}, "scope"), ({"scope": 'a"b'}, "scope"),
    ({"scope": "a a"}, "scope"), ({"scope": LONG}, "scope"), ({"scope": "ä"}, "scope"),
    ({"roles": "admin"}, "roles"), ({"roles": [7]}, "roles[0]"), ({"roles": ["a b"]}, "roles"),
    ({"roles": [""]}, "roles[0]"),
    ({"roles": ["a", "a"]}, "roles"), ({"roles": ["r" * 65]}, "roles[0]"), ({"roles": {}}, "roles"),
    ({"services": "orders"}, "services"), ({"services": ["no-such"]}, "services"), ({"services": [7]}, "services[0]"),
    ({"services": ["orders", "orders"]}, "services"), ({"services": True}, "services"),
    ({"services": ["*"]}, "services"),
    ({"claims": []}, "claims"), ({"claims": "x"}, "claims"), ({"claims": {"": 1}}, "claims"),
    ({"claims": {"x": LONG}}, "claims"), ({"admin": True}, "admin"), ({"id": "x"}, "id"),
    ({"created_at": "now"}, "created_at"),
    *[({"claims": {name: 1}}, f"claims.{name}") for name in RESERVED],
]
NEW_USER = [
    ({}, "username"), ({"username": 7}, "username"), ({"username": ""}, "username"), ({"username": "a b"}, "username"),
    ({"username": "a/b"}, "username"), ({"username": "a" * 129}, "username"), ({"username": "\u202ealice"}, "username"),
    ({"username": "fresh", "disabled": True}, "disabled"),
    *[({"username": "fresh", **body}, field) for body, field in USER],
]
CHANGED_USER = [({"disabled": "yes"}, "disabled"), ({"disabled": 1}, "disabled"),
                ({"username": "other"}, "username"), *USER]

SERVICE = [
    ({"description": 7}, "description"), ({"description": "d" * 257}, "description"),
    ({"description": "a\nb"}, "description"),
    ({"access_seconds": -1}, "access_seconds"), ({"access_seconds": "10"}, "access_seconds"),
    ({"access_seconds": 1.5}, "access_seconds"), ({"access_seconds": 86401}, "access_seconds"),
    ({"access_seconds": 10 ** 18}, "access_seconds"), ({"access_seconds": True}, "access_seconds"),
    ({"claims": 7}, "claims"), ({"lifetime": 7}, "lifetime"), ({"claims": {"x": LONG}}, "claims"),
    *[({"claims": {name: 1}}, f"claims.{name}") for name in RESERVED],
]
NEW_SERVICE = [
    ({}, "name"), ({"name": 7}, "name"), ({"name": ""}, "name"), ({"name": "Orders"}, "name"),
    ({"name": "a" * 65}, "name"),
    ({"name": ".a"}, "name"), ({"name": "a b"}, "name"), ({"name": "a/b"}, "name"), ({"name": "*"}, "name"),
    ({"name": "signet"}, "name"), ({"name": "fresh", "shared_secret": "yes"}, "shared_secret"),
    *[({"name": "fresh", **body}, field) for body, field in SERVICE],
]
CHANGED_SERVICE = [({"shared_secret": True}, "shared_secret"), ({"name": "other"}, "name"), *SERVICE]


class BadInputTest(IssuerCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.user = cls.admin("POST", "users", {"username": "alice", "password": PASSWORD}).json()["id"]

    def setUp(self):
        self.before = self.snapshot()

    def tearDown(self):
        self.assertEqual(self.snapshot(), self.before)  # whatever came in, nothing is half done
        self.assertNotRegex(self.world.issuer.output(), r"\b(error|critical)\b")

    def send(self, method, path, body=None, **more):
        more.setdefault("token", self.admin_token)
        return request(method, self.world.url + path, body, **more)

    def assert_fields(self, method, path, table):
        for body, field in table:
            with self.subTest(path=path, body=str(body)[:200]):
                self.assert_problem(self.send(method, path, body), 400, field)

    def test_members(self):
        self.assert_fields("POST", "/v1/login", LOGIN)
        self.assert_fields("POST", "/v1/refresh", TOKEN[:4] + TOKEN[5:])
        self.assert_fields("POST", "/v1/logout", TOKEN[:4] + TOKEN[5:])
        self.assert_fields("POST", "/v1/admin/users", NEW_USER)
        self.assert_fields("PATCH", f"/v1/admin/users/{self.user}", CHANGED_USER)
        self.assert_fields("POST", "/v1/admin/services", NEW_SERVICE)
        self.assert_fields("PATCH", "/v1/admin/services/orders", CHANGED_SERVICE)

    def takers(self):
        """The endpoints that take a body."""
        for path, methods in ENDPOINTS.items():
            for method in {"POST", "PATCH"} & set(methods.split()):
                yield method, path.replace("some-id", self.user).replace("some-name", "orders")

    def test_bodies(self):
        for method, path in self.takers():
            for body, status in BODIES:
                with self.subTest(path=path, body=body[:60]):
                    answer = self.send(method, path, body, headers={"Content-Type": "application/json"})
                    self.assertEqual(answer.status, status, answer)
                    self.assert_problem(answer, status, answer.json().get("field"))

    def test_types_of_bodies(self):
        body = json.dumps({"username": "fresh", "name": "fresh", "refresh_token": "x"})
        for method, path in self.takers():
            for kind in ("text/plain", "application/x-www-form-urlencoded", "application/jsonx", "", None):
                with self.subTest(path=path, kind=kind):
                    headers = {} if kind is None else {"Content-Type": kind}
                    self.assert_problem(self.send(method, path, body, headers=headers), 415)

    def test_methods(self):
        for path, methods in ENDPOINTS.items():
            for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - set(methods.split()):
                with self.subTest(path=path, method=method):
                    answer = self.send(method, path)
                    self.assert_problem(answer, 405)
                    self.assertLessEqual(set(methods.split()), set(answer.headers["Allow"].split(", ")))
            with self.subTest(path=path, method="BREW"):
                self.assertIn(self.send("BREW", path).status, (405, 501))

    def test_who_may_not(self):
        user = self.world.login("alice", PASSWORD, audience="signet").json()["access_token"]
        api = self.world.login("admin", self.world.admin_password).json()["access_token"]
        for path, methods in ENDPOINTS.items():
            for method in methods.split() if path.startswith("/v1/admin/") else []:
                body = {"username": "fresh", "name": "fresh"} if method in ("POST", "PATCH") else None
                for token, status in ((None, 401), ("", 401), ("a.b.c", 401), (self.admin_token[:-4] + "AAAA", 401),
                                      (api, 401), (user, 403)):
                    with self.subTest(path=path, method=method, token=str(token)[:8], status=status):
                        self.assert_problem(self.send(method, path, body, token=token), status)

    def test_session_of_nobody(self):
        self.assert_problem(self.send("GET", "/v1/session", token=None), 401)
        for token in ("x", "a.b.c", LONG):
            self.assert_problem(self.send("GET", "/v1/session", token=token), 401)

    def test_tokens_that_are_none(self):
        for text in ("x", "a.0.b", ".0.", LONG[:400], "é"):
            for path in ("/v1/refresh", "/v1/logout"):
                with self.subTest(path=path, text=text[:20]):
                    self.assert_problem(self.send("POST", path, {"refresh_token": text}), 401)

    def test_wrong_credentials_tell_nothing(self):
        answers = [self.world.login(name, password) for name, password in
                   (("alice", "wrong"), ("nobody", "wrong"), ("ALICE", "wrong"), ("admin", PASSWORD))]
        for answer in answers:
            self.assert_problem(answer, 401, detail="invalid username or password")
            self.assertEqual(answer.body, answers[0].body)

    def test_audiences_that_cannot_be_had(self):
        for audience, status in (("no-such", 403), (["orders", "no-such"], 403), ("ORDERS", 403),
                                 (["orders", "signet"], 400)):
            with self.subTest(audience=audience):
                self.assert_problem(self.world.login("alice", PASSWORD, audience=audience), status, "audience")
                # Only who has the password learns of it.
                self.assert_problem(self.world.login("alice", "wrong", audience=audience), 401)

    def test_what_is_not_there_and_what_is_taken(self):
        for method, path, body in (("GET", "users/no-such", None), ("PATCH", "users/no-such", {"scope": "a"}),
                                   ("DELETE", "users/no-such", None), ("GET", "services/no-such", None),
                                   ("PATCH", "services/no-such", {"description": "a"}),
                                   ("DELETE", "services/no-such", None),
                                   ("DELETE", "services/signet", None),
                                   ("PATCH", "services/signet", {"access_seconds": 9}),
                                   ("GET", "users/" + LONG, None), ("GET", "users/%F0%9F%98%80", None)):
            with self.subTest(method=method, path=path[:40]):
                self.assert_problem(self.admin(method, path, body), 404)
        self.assert_problem(self.admin("POST", "users", {"username": "ALICE", "password": PASSWORD}), 409, "username")
        self.assert_problem(self.admin("POST", "services", {"name": "orders"}), 409, "name")

    def test_the_last_administrator_stays(self):
        admin = self.admin("GET", "users?username=admin").json()["users"][0]["id"]
        self.assert_problem(self.admin("DELETE", f"users/{admin}"), 409)
        self.assert_problem(self.admin("PATCH", f"users/{admin}", {"disabled": True}), 409)
        self.assert_problem(self.admin("PATCH", f"users/{admin}", {"roles": ["clerk"]}), 409)

    def test_queries(self):
        for query, field in (("limit=0", "limit"), ("limit=501", "limit"), ("limit=x", "limit"), ("limit=", "limit"),
                             ("limit=99999999999999999999", "limit"), ("limit=-1", "limit"), ("sort=name", "sort")):
            with self.subTest(query=query):
                self.assert_problem(self.admin("GET", f"users?{query}"), 400, field)
        self.assertEqual(self.admin("GET", "users?username=no-such").json()["users"], [])
        self.assertEqual(self.admin("GET", "users?username=%27%20or%201=1--").json()["users"], [])
        self.assertEqual(self.admin("GET", "users?after=zzzz").json(), {"users": [], "next": None})

    def test_paths(self):
        for path in ("/", "/v1", "/v1/", "/v1/login/", "/v2/login", "/V1/login", "/v1/admin", "/v1//login",
                     "/favicon.ico",
                     "/.well-known/", "/v1/admin/users/a/b"):
            with self.subTest(path=path):
                self.assert_problem(self.send("GET", path), 404)
        for path in ("/v1/%00", "/%zz", "/v1/%ff", "/v1/../v1/login", "/v1/admin/users/%2e%2e", "/v1/admin/users/%0a"):
            with self.subTest(path=path):
                self.assertIn(self.send("GET", path).status, (400, 404))

    def test_what_is_no_http(self):
        for sent in (b"hello\r\n\r\n", b"GET /healthz HTTP/9.9\r\n\r\n", b"GET /healthz HTTP/1.1\r\n\r\n", b"\0" * 100,
                     b"POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: 2\r\nTransfer-Encoding: chunked\r\n\r\n{}",
                     b"POST /v1/login HTTP/1.1\r\nHost: a\r\nContent-Length: -1\r\n\r\n",
                     b"GET /healthz HTTP/1.1\r\nHost: a\r\nX: " + b"a" * 20000 + b"\r\n\r\n"):
            issuer = socket.create_connection(("127.0.0.1", self.world.port), 10)
            with self.subTest(sent=sent[:30]), issuer as connection:
                connection.sendall(sent)
                answer = connection.recv(65536)
                self.assertRegex(answer, rb"^HTTP/1\.1 (4\d\d|505) ")
        self.assertEqual(self.send("GET", "/healthz").body, "ok\n")

    def test_refused_logins_leave_no_session(self):
        before = self.count_sessions()
        for body, _ in LOGIN:
            self.send("POST", "/v1/login", {**body, "password": PASSWORD} if body.get("password") == "x" else body)
        for audience in ("no-such", ["orders", "signet"]):
            self.assertNotEqual(self.world.login("alice", PASSWORD, audience=audience).status, 200)
        self.world.login("alice", "wrong")
        self.assertEqual(self.count_sessions(), before)
        self.assertEqual(self.world.login("alice", PASSWORD).status, 200)
        self.assertEqual(self.count_sessions(), before + 1)

    def count_sessions(self):
        with contextlib.closing(sqlite3.connect(f"file:{self.world.data}/signet.db?mode=ro", uri=True)) as database:
            return database.execute("select count(*) from sessions").fetchone()[0]


class ApisBadInputTest(IssuerCase):
    settings = FAST

    def test_bodies_and_paths(self):
        claims = {"warehouses": ["berlin"], "approval_limit": 500}
        self.new_user("alice", scope="orders:read orders:write", roles=["accountant"], claims=claims)
        token = self.log_in("alice")["access_token"]
        urls = {name: self.world.start_api(name) for name in ("orders", "inventory", "billing")}
        for api, method, path, body, status in (
                ("orders", "POST", "/orders", "", 400), ("orders", "POST", "/orders", "x" * 70_000, 413),
                ("orders", "GET", "/orders/x", None, 404), ("orders", "GET", "/orders/1", None, 404),
                ("orders", "DELETE", "/orders", None, 405), ("inventory", "POST", "/stock/berlin", "five", 400),
                ("inventory", "POST", "/stock/berlin", "-5", 400), ("inventory", "POST", "/stock/berlin", "1e3", 400),
                ("inventory", "POST", "/stock/berlin", "9" * 40, 400), ("inventory", "POST", "/stock/berlin", "", 400),
                ("inventory", "GET", "/stock/rome", None, 404), ("billing", "GET", "/invoices/x", None, 404),
                ("billing", "POST", "/invoices/x/approval", None, 404), ("billing", "GET", "/nothing", None, 404)):
            with self.subTest(api=api, method=method, path=path):
                self.assert_problem(request(method, urls[api] + path, body, token), status)
        self.assertEqual(request("GET", f"{urls['inventory']}/stock", token=token).json(), {"berlin": 12, "lisbon": 7})


if __name__ == "__main__":
    unittest.main()
