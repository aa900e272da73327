"""Sessions: refresh tokens and what ends them, and the cookie that does without tokens."""

import threading
import time
import unittest

from case import FAST, PASSWORD, IssuerCase, request


class RefreshTest(IssuerCase):
    def assert_over(self, refresh_token):
        self.assert_problem(self.refresh(refresh_token), 401, detail="the refresh token is not valid")

    def test_it_brings_a_pair_of_the_same_session(self):
        self.new_user("pair")
        login = self.log_in("pair")
        answer = self.refresh(login["refresh_token"])
        self.assertEqual(answer.headers["Cache-Control"], "no-store")
        fresh = answer.json()
        self.assertEqual(fresh["session"], login["session"])
        self.assertNotEqual(fresh["access_token"], login["access_token"])
        self.assertNotEqual(fresh["refresh_token"], login["refresh_token"])

    def test_two_at_once_get_the_same_successor(self):
        self.new_user("twice")
        token = self.log_in("twice")["refresh_token"]
        for _ in range(10):
            barrier, successors = threading.Barrier(4), []

            def refresh():
                barrier.wait()
                successors.append(self.refresh(token))
            threads = [threading.Thread(target=refresh) for _ in range(4)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
            self.assertEqual([answer.status for answer in successors], [200] * 4, successors)
            (token,) = {answer.json()["refresh_token"] for answer in successors}

    def test_an_old_one_after_its_successors_use_ends_the_session(self):
        self.new_user("copied")
        first = self.log_in("copied")["refresh_token"]
        second = self.refreshed(first)
        third = self.refreshed(second)
        self.assert_over(first)
        self.assert_over(third)
        self.assert_over(second)
        self.assertIn("somebody has a copy", self.world.issuer.output())

    def test_reuse_ends_that_session_alone(self):
        self.new_user("twosessions")
        first = self.log_in("twosessions")["refresh_token"]
        other = self.log_in("twosessions")["refresh_token"]
        self.refreshed(self.refreshed(first))
        self.assert_over(first)
        self.refreshed(other)

    def test_after_logout(self):
        self.new_user("leaver")
        login = self.log_in("leaver", audience="signet")
        self.assertEqual(request("GET", f"{self.world.url}/v1/session", token=login["access_token"]).status, 200)
        for _ in range(2):  # ending twice is as good as ending once
            answer = self.post("logout", {"refresh_token": login["refresh_token"]})
            self.assertEqual((answer.status, answer.body), (204, ""))
        self.assert_over(login["refresh_token"])
        self.assert_problem(request("GET", f"{self.world.url}/v1/session", token=login["access_token"]), 401)

    def test_after_the_user_is_disabled(self):
        user = self.new_user("disabled")
        token = self.refreshed(self.log_in("disabled")["refresh_token"])
        self.assertEqual(self.admin("PATCH", f"users/{user}", {"disabled": True}).status, 200)
        self.assert_over(token)
        disabled = self.world.login("disabled", PASSWORD)
        unknown = self.world.login("nobody-of-that-name", PASSWORD)
        self.assertEqual((disabled.status, disabled.body), (unknown.status, unknown.body))
        self.assertEqual(self.admin("PATCH", f"users/{user}", {"disabled": False}).status, 200)
        self.assert_over(token)  # what has ended does not come back
        self.log_in("disabled")

    def test_after_a_new_password_and_after_removal(self):
        user = self.new_user("changed")
        token = self.log_in("changed")["refresh_token"]
        self.admin("PATCH", f"users/{user}", {"password": "another long password"})
        self.assert_over(token)
        self.assert_problem(self.world.login("changed", PASSWORD), 401, detail="invalid username or password")
        token = self.world.login("changed", "another long password").json()["refresh_token"]
        self.assertEqual(self.admin("DELETE", f"users/{user}").status, 204)
        self.assert_over(token)

    def test_what_the_user_may_is_looked_up_anew(self):
        user = self.new_user("narrowed", scope="orders:read orders:write", services=["orders"])
        token = self.log_in("narrowed", audience="orders")["refresh_token"]
        self.admin("PATCH", f"users/{user}", {"services": ["billing"]})
        self.assert_over(token)  # what was asked for is not allowed any more
        self.admin("PATCH", f"users/{user}", {"services": ["orders"]})

    def test_changed_characters_are_refused_and_harm_nothing(self):
        self.new_user("guessed")
        token = self.log_in("guessed")["refresh_token"]
        for place in range(0, len(token), 3):
            changed = token[:place] + ("A" if token[place] != "A" else "B") + token[place + 1:]
            self.assert_over(changed)
        session, counter, mac = token.split(".")
        for forged in (f"{session}.{int(counter) + 1}.{mac}", f"{session}.0{counter}.{mac}", f"{session}..{mac}",
                       f"{session}.{counter}.", f"{token}.", f"{token} ", f"{session}.-1.{mac}"):
            self.assert_over(forged)
        self.refreshed(token)


class GraceTest(IssuerCase):
    settings = (*FAST, "--sessions-refresh-grace", "1s")

    def test_after_the_grace_an_old_one_ends_the_session(self):
        self.new_user("late")
        first = self.log_in("late")["refresh_token"]
        second = self.refreshed(first)
        time.sleep(2.1)  # the grace itself, to the second
        self.assertEqual(self.refresh(first).status, 401)
        self.assertEqual(self.refresh(second).status, 401)


class SessionLifetimeTest(IssuerCase):
    settings = (*FAST, "--sessions-lifetime", "2s")

    def test_refreshing_does_not_outlive_the_session(self):
        self.new_user("brief")
        token = self.log_in("brief")["refresh_token"]
        deadline = time.monotonic() + 10
        while (answer := self.refresh(token)).status == 200:
            self.assertLess(time.monotonic(), deadline)
            token = answer.json()["refresh_token"]
        self.assert_problem(answer, 401)


class CookieTest(IssuerCase):
    def cookie_login(self, name):
        answer = self.world.login(name, PASSWORD, cookie=True)
        self.assertEqual(answer.status, 200, answer)
        return answer

    def session(self, cookie):
        return request("GET", f"{self.world.url}/v1/session", headers={"Cookie": cookie})

    def test_the_way_through(self):
        user = self.new_user("browser", scope="orders:read", roles=["accountant"])
        answer = self.cookie_login("browser")
        self.assertEqual(list(answer.json()), ["session"])
        self.assertNotIn("token", answer.body)
        cookie, *attributes = answer.headers["Set-Cookie"].split("; ")
        self.assertTrue(cookie.startswith("__Host-signet="))
        self.assertEqual(attributes[:4], ["Path=/", "Secure", "HttpOnly", "SameSite=Strict"])
        self.assertTrue(attributes[4].startswith("Max-Age="))
        self.assertEqual(int(attributes[4].removeprefix("Max-Age=")), 30 * 86400)

        shown = self.session(f"theme=dark; {cookie}; lang=de")
        self.assertEqual(shown.status, 200, shown)
        self.assertEqual(shown.json()["user"], {"id": user, "username": "browser", "scope": "orders:read",
                                                "roles": ["accountant"]})
        self.assertEqual(shown.json()["session"]["id"], answer.json()["session"]["id"])

        gone = request("POST", f"{self.world.url}/v1/logout", headers={"Cookie": cookie})
        self.assertEqual(gone.status, 204, gone)
        self.assertEqual(gone.headers["Set-Cookie"],
                         "__Host-signet=; Path=/; Secure; HttpOnly; SameSite=Strict; Max-Age=0")
        self.assert_problem(self.session(cookie), 401)

    def test_other_sites_may_not_use_it(self):
        self.new_user("visitor")
        cookie = self.cookie_login("visitor").headers["Set-Cookie"].split(";")[0]
        logout = f"{self.world.url}/v1/logout"
        for foreign in ({"Origin": "https://evil.example"}, {"Sec-Fetch-Site": "cross-site"}, {"Origin": "null"}):
            self.assert_problem(request("POST", logout, headers={"Cookie": cookie, **foreign}), 403)
            body = {"username": "visitor", "password": PASSWORD, "cookie": True}
            self.assert_problem(request("POST", f"{self.world.url}/v1/login", body, headers=foreign), 403)
        self.assertEqual(self.session(cookie).status, 200)
        self.assertEqual(request("POST", logout, headers={"Cookie": cookie, "Origin": self.world.url}).status, 204)

    def test_cookies_that_are_no_good(self):
        self.new_user("baker")
        cookie = self.cookie_login("baker").headers["Set-Cookie"].split(";")[0]
        refresh = self.log_in("baker")["refresh_token"]
        session, mac = refresh.split(".")[0], refresh.split(".")[2]
        for bad in ("", "__Host-signet=", f"{cookie}x", cookie[:-1], f"{cookie}; {cookie}",
                    f"__Host-signet={session}.{mac}",
                    f"__Host-signet={refresh}", cookie.replace("__Host-signet", "signet")):
            self.assert_problem(self.session(bad), 401)
        self.assertEqual(self.session(cookie).status, 200)

    def test_a_session_with_tokens_has_no_cookie_and_the_other_way_round(self):
        self.new_user("both")
        answer = self.cookie_login("both")
        value = answer.headers["Set-Cookie"].split(";")[0].split("=", 1)[1]
        self.assert_problem(self.refresh(value), 401)
        self.assertIsNone(self.world.login("both", PASSWORD).headers["Set-Cookie"])

    def test_ended_for_a_disabled_user(self):
        user = self.new_user("fired")
        cookie = self.cookie_login("fired").headers["Set-Cookie"].split(";")[0]
        self.admin("PATCH", f"users/{user}", {"disabled": True})
        self.assert_problem(self.session(cookie), 401)


if __name__ == "__main__":
    unittest.main()
