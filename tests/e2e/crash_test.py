"""kill -9 in the middle of a login storm: what was acknowledged is there afterwards, and the store is whole.

The moments are random; a failure prints the seed, and SIGNET_SEED repeats it.
"""

import base64
import http.client
import json
import os
import random
import shutil
import signal
import sqlite3
import threading
import time
import unittest
import zlib

from case import FAST, PASSWORD, Case, request

SEED = int(os.environ.get("SIGNET_SEED") or random.SystemRandom().randrange(1 << 32))
ROUNDS = 4
THREADS = 6


def claims_of(signed):
    part = signed.split(".")[1]
    return json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))


def place_of(token):
    """Where its revocation will stand: the list, and the index in it."""
    status = claims_of(token)["status"]["status_list"]
    return status["uri"].rsplit("/", 1)[1], status["idx"]


class Lost(Exception):
    """No answer: whether it was done is not known."""


class Storm:
    """Threads that make users, sign them in, refresh, sign out and disable; and what they were told had been done."""

    def __init__(self, world, admin_token, number):
        self.world, self.admin_token, self.number = world, admin_token, number
        self.users = {}      # id: name, of those who may sign in
        self.disabled = {}   # id: name, of those who may not
        self.living = {}     # session: its newest refresh token that we know
        self.ended = {}      # session: a refresh token that must not work any more
        self.revoked = set()  # the places of those sessions
        self.places = []      # of all sessions: none twice
        self.wrong = []
        self.threads = [threading.Thread(target=self.rage, args=[i]) for i in range(THREADS)]

    def call(self, method, path, body, status, token=None):
        try:
            answer = request(method, self.world.url + path, body, token)
        except (OSError, http.client.HTTPException):
            raise Lost from None
        if answer.status != status:
            self.wrong.append(f"{method} {path}: {answer}")
            raise Lost
        return answer

    def rage(self, thread):
        try:
            for turn in range(1_000_000):
                self.one_life(f"user{self.number}.{thread}.{turn}", turn)
        except Lost:
            return

    def one_life(self, name, turn):
        user = self.call("POST", "/v1/admin/users", {"username": name, "password": PASSWORD}, 201,
                         self.admin_token).json()["id"]
        self.users[user] = name
        login = self.call("POST", "/v1/login", {"username": name, "password": PASSWORD}, 200).json()
        session, token = login["session"]["id"], login["refresh_token"]
        self.living[session] = token
        place = place_of(login["access_token"])
        self.places.append(place)
        for _ in range(3):
            token = self.call("POST", "/v1/refresh", {"refresh_token": token}, 200).json()["refresh_token"]
            self.living[session] = token
        if turn % 3 == 1:
            del self.living[session]  # from here on either is right, until it is acknowledged
            self.call("POST", "/v1/logout", {"refresh_token": token}, 204)
            self.ended[session] = token
            self.revoked.add(place)
        if turn % 4 == 3 and session in self.living:
            del self.living[session]
            self.call("POST", "/v1/admin/revocations", {"session": session}, 200, self.admin_token)
            self.ended[session] = token
            self.revoked.add(place)
        if turn % 3 == 2 and session in self.living:
            del self.living[session], self.users[user]
            self.call("PATCH", f"/v1/admin/users/{user}", {"disabled": True}, 200, self.admin_token)
            self.disabled[user], self.ended[session] = name, token
            self.revoked.add(place)


class CrashTest(Case):
    def setUp(self):
        print(f"SIGNET_SEED={SEED}", flush=True)
        # A repeated refresh gets its successor: the answer to the last one may have been lost in the crash.
        self.world = self.new_world((*FAST, "--sessions-refresh-grace", "5m", "--log-level", "warn"))
        self.world.start_issuer()
        login = self.world.login("admin", self.world.admin_password, audience="signet")
        self.admin_token = login.json()["access_token"]
        answer = request("POST", f"{self.world.url}/v1/admin/services", {"name": "orders"}, self.admin_token)
        self.assertEqual(answer.status, 201)

    def test_nothing_acknowledged_is_lost(self):
        dice = random.Random(SEED)
        storms = []
        for number in range(ROUNDS):
            storm = Storm(self.world, self.admin_token, number)
            storms.append(storm)
            for thread in storm.threads:
                thread.start()
            time.sleep(dice.uniform(0.2, 1.0))  # the moment of the crash
            self.assertEqual(self.world.stop_issuer(signal.SIGKILL), -signal.SIGKILL)
            for thread in storm.threads:
                thread.join()
            self.assertEqual(storm.wrong, [])
            self.assert_whole()
            self.world.start_issuer()
            self.assertNotIn("password", self.world.issuer.output())
            self.check(storm)
        self.check(storms[0])  # it has lived through all crashes
        places = [place for storm in storms for place in storm.places]
        self.assertEqual(len(places), len(set(places)), "no index is given out twice")
        self.assertGreater(sum(len(storm.users) for storm in storms), 10 * ROUNDS)
        self.assertGreater(sum(len(storm.ended) for storm in storms), ROUNDS)
        self.print_counts(storms)

    def assert_whole(self):
        """SQLite itself looks, at a copy, so that the issuer meets the files as the crash has left them."""
        copy = self.new_folder()
        for name in ("signet.db", "signet.db-wal"):
            if (self.world.data / name).exists():
                shutil.copy(self.world.data / name, copy)
        database = sqlite3.connect(copy / "signet.db")
        self.addCleanup(database.close)
        self.assertEqual(database.execute("pragma integrity_check").fetchall(), [("ok",)])
        self.assertEqual(database.execute("pragma foreign_key_check").fetchall(), [])

    def check(self, storm):
        known = self.all_users()
        for user, name in storm.users.items():
            self.assertEqual(known.get(user), (name, False), f"SIGNET_SEED={SEED}")
        for user, name in storm.disabled.items():
            self.assertEqual(known.get(user), (name, True), f"SIGNET_SEED={SEED}")
        for name in [*storm.users.values()]:
            self.assertEqual(self.world.login(name, PASSWORD).status, 200, f"{name}, SIGNET_SEED={SEED}")
        for session, token in storm.living.items():
            answer = request("POST", f"{self.world.url}/v1/refresh", {"refresh_token": token})
            self.assertEqual(answer.status, 200, f"{session}, SIGNET_SEED={SEED}")
            self.assertEqual(answer.json()["session"]["id"], session)
            storm.living[session] = answer.json()["refresh_token"]
        for session, token in storm.ended.items():
            answer = request("POST", f"{self.world.url}/v1/refresh", {"refresh_token": token})
            self.assertEqual(answer.status, 401, f"{session}, SIGNET_SEED={SEED}")

        self.assertLessEqual(storm.revoked, self.told_by_the_feed(), f"SIGNET_SEED={SEED}")
        self.assertLessEqual(storm.revoked, self.told_by_the_lists(), f"SIGNET_SEED={SEED}")

    def told_by_the_feed(self):
        now = claims_of(request("GET", f"{self.world.url}/v1/revocations").body)
        told, after = set(), 0
        while after < now["seq"]:
            url = f"{self.world.url}/v1/revocations?after={after}&epoch={now['epoch']}"
            batch = claims_of(request("GET", url).body)
            self.assertLessEqual(batch["after"], after)
            self.assertGreater(batch["seq"], after)
            told |= {(number, index) for number, indices in batch["revoked"].items() for index in indices}
            after = batch["seq"]
        return told

    def told_by_the_lists(self):
        told = set()
        for uri in request("GET", f"{self.world.url}/v1/status").json()["status_lists"]:
            text = claims_of(request("GET", uri).body)["status_list"]["lst"]
            bits = zlib.decompress(base64.urlsafe_b64decode(text + "=" * (-len(text) % 4)))
            told |= {(uri.rsplit("/", 1)[1], 8 * at + bit) for at, byte in enumerate(bits) if byte
                     for bit in range(8) if byte >> bit & 1}
        return told

    def all_users(self):
        known, after = {}, ""
        while after is not None:
            url = f"{self.world.url}/v1/admin/users?limit=500&after={after}"
            page = request("GET", url, token=self.admin_token).json()
            known |= {user["id"]: (user["username"], user["disabled"]) for user in page["users"]}
            after = page["next"]
        return known

    def print_counts(self, storms):
        for name in ("users", "disabled", "living", "ended"):
            print(name, sum(len(getattr(storm, name)) for storm in storms), end="; ", flush=True)
        print()


if __name__ == "__main__":
    unittest.main()
