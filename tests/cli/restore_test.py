#!/usr/bin/python3
"""A backup that is copied back: what `signet admin restored` makes of it, with the real issuer before and after."""

import base64
import contextlib
import json
import os
import shutil
import sqlite3
import time
import unittest
import urllib.error
import urllib.request

from issuer import Served
from program import CliTest, run


# Takes the last step back.
OLDER_SCHEMA = """
alter table users drop column access_seconds;
alter table users drop column description;
alter table users drop column kind;
drop table key_set;
drop index one_next_key;
alter table signing_keys drop column signs_from;
update schema_version set version = 2;
"""


def place_of(token):
    """The URI of the status list in which the token's session stands, and the index there."""
    part = token.split(".")[1]
    entry = json.loads(base64.urlsafe_b64decode(part + "=" * (-len(part) % 4)))["status"]["status_list"]
    return entry["uri"], entry["idx"]


def post(url, body):
    """The status and the JSON of the answer."""
    sent = urllib.request.Request(url, json.dumps(body).encode(), {"Content-Type": "application/json"})
    try:
        with urllib.request.urlopen(sent, timeout=30) as answer:
            return answer.status, json.loads(answer.read() or "null")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, None


class Restore(CliTest):
    def setUp(self):
        super().setUp()
        self.data, self.backup = self.path("data"), self.path("backup")
        first = self.serve()
        self.password = first.hello["admin"]["password"]
        self.kept = self.log_in(first)
        self.assertEqual(first.stop(), 0)
        shutil.copytree(self.data, self.backup)

    def serve(self):
        return Served(self.data, "--server-issuer", "https://auth.example", "--tokens-algorithm", "ES256")

    def log_in(self, issuer):
        status, answer = post(issuer.url + "/v1/login",
                              {"username": "admin", "password": self.password, "audience": "signet"})
        self.assertEqual(status, 200)
        return answer

    def restore(self, *arguments):
        shutil.rmtree(self.data)
        shutil.copytree(self.backup, self.data)
        return self.fine("admin", "restored", "--data", self.data, "--json", *arguments).json

    def live_lists(self, issuer):
        with urllib.request.urlopen(issuer.url + "/v1/status", timeout=30) as answer:
            return json.load(answer)["status_lists"]

    def test_twice_nothing_that_was_revoked_comes_back(self):
        for arguments in ([], ["--keep-sessions"]):
            revoked = [self.kept["access_token"]]
            for _ in range(3):
                told = self.restore(*arguments)
                self.assertEqual(told["sessions_kept"], bool(arguments))
                issuer = self.serve()
                lists = self.live_lists(issuer)
                for token in revoked:
                    self.assertNotIn(place_of(token)[0], lists, arguments)
                login = self.log_in(issuer)
                self.assertIn(place_of(login["access_token"])[0], lists)
                revoked.append(login["access_token"])
                self.assertEqual(post(issuer.url + "/v1/logout", {"refresh_token": login["refresh_token"]})[0], 204)
                self.assertEqual(issuer.stop(), 0)

    def key_set(self, issuer):
        with urllib.request.urlopen(issuer.url + "/.well-known/jwks.json", timeout=30) as answer:
            return json.load(answer)

    def test_no_two_key_sets_have_one_version(self):
        versions = []
        for _ in range(2):
            told = self.restore()
            self.assertIn("signet signing-key drop KID", told["note"])
            issuer = self.serve()
            keys = self.key_set(issuer)
            kids = [key["kid"] for key in keys["keys"]]
            self.assertEqual([(key["kid"], key["state"]) for key in told["keys"]], [(kids[0], "active")])
            env = {"SIGNET_SERVER": issuer.url, "SIGNET_TOKEN": self.log_in(issuer)["access_token"]}
            self.fine("signing-key", "drop", kids[0], env=env)
            versions += [keys["version"], self.key_set(issuer)["version"]]
            self.assertEqual(issuer.stop(), 0)
        self.assertEqual(len(set(versions)), 4, versions)

    def test_the_words_for_people(self):
        kid = self.restore()["keys"][0]["kid"]
        text = self.fine("admin", "restored", "--data", self.data).text
        self.assertRegex(text, rf"all sessions have ended(.|\n)*{kid} +ES256 +active\n(.|\n)*signet signing-key drop KID")

    def test_a_folder_without_an_issuers_data(self):
        empty = self.path("empty")
        os.makedirs(empty, mode=0o700)
        with contextlib.closing(sqlite3.connect(os.path.join(empty, "signet.db"))) as database:
            database.execute("pragma journal_mode = wal")
        for folder, why in (("mistyped", "there is no such database"), ("empty", "this database is empty")):
            for command in ("restored", "reset"):
                ended = self.refused("admin", command, "--data", self.path(folder))
                self.assertIn(f"{self.path(folder)}/signet.db: {why}; name the issuer's data folder with --data",
                              ended.err.decode())
                self.assertEqual(ended.out, b"")
        self.assertFalse(os.path.exists(self.path("mistyped")))

    def test_an_older_schema_leaves_the_answer_json(self):
        """The log tells of the schema's steps, and goes to standard error."""
        for command in ("restored", "reset"):
            with contextlib.closing(sqlite3.connect(os.path.join(self.data, "signet.db"))) as database:
                database.executescript(OLDER_SCHEMA)
            ended = run("admin", command, "--data", self.data, "--json")
            self.assertEqual(ended.status, 0, ended)
            self.assertIn(b"the schema is now", ended.err)
            self.assertTrue(ended.json)

    def test_many_kept_sessions_take_seconds_of_their_own(self):
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "signet.db"))) as database:
            database.executescript("""
                with recursive n(i) as (select 1000 union all select i + 1 from n where i < 930000)
                    insert into sessions select i, (select id from users), '', 0, 0, 0, 0, 9000000000, null, i from n;
                update feed set next_index = 940000, last_list = 1;
            """)
        self.fine("admin", "restored", "--data", self.data, "--keep-sessions")
        with contextlib.closing(sqlite3.connect(os.path.join(self.data, "signet.db"))) as database:
            first, last = database.execute("select first_list, last_list from feed").fetchone()
        self.assertEqual(last, first + 1)
        self.assertGreater(int(time.time()), last)

    def test_the_backups_sessions_end_unless_they_are_kept(self):
        for arguments, status in (([], 401), (["--keep-sessions"], 200)):
            self.restore(*arguments)
            issuer = self.serve()
            told, answer = post(issuer.url + "/v1/refresh", {"refresh_token": self.kept["refresh_token"]})
            self.assertEqual(told, status)
            if answer:
                self.assertEqual([place_of(answer["access_token"])[0]], self.live_lists(issuer))
            self.assertEqual(issuer.stop(), 0)


if __name__ == "__main__":
    unittest.main()
