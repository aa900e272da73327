"""Starting the issuer: with nothing at all, with settings from three places, and with what must stop it."""

import json
import os
import socket
import subprocess
import unittest

from case import BIN, FAST, PASSWORD, Case, clean_environment, free_port, request


class ConfigurationCase(Case):
    def setUp(self):
        self.folder = self.new_folder()

    def run_signet(self, *arguments, environment=(), folder=None):
        return subprocess.run([BIN / "signet", *map(str, arguments)], cwd=folder or self.folder, capture_output=True,
                              text=True, stdin=subprocess.DEVNULL, timeout=30,
                              env={**clean_environment(), "HOME": str(self.folder), **dict(environment)})

    def serve_refused(self, *arguments, status=1, **more):
        """What `signet serve` says when it does not start: one sentence or two, after its name."""
        done = self.run_signet("serve", *arguments, **more)
        self.assertEqual(done.returncode, status, done)
        self.assertEqual(done.stdout, "", done)
        lines = [line for line in done.stderr.splitlines() if "the schema is now" not in line]
        self.assertEqual(len(lines), 1, done)
        self.assertTrue(lines[0].startswith("signet: "), done)
        return lines[0].removeprefix("signet: ")

    def file(self, text, name="signet.toml"):
        (self.folder / name).write_text(text)
        return name


class FirstStartTest(ConfigurationCase):
    def test_with_nothing_at_all_in_an_empty_folder(self):
        old = os.umask(0)  # even where new files are open to everybody
        self.addCleanup(os.umask, old)
        world = self.new_world(settings=())
        world.start_issuer()
        login = world.login("admin", world.admin_password, audience="signet")
        self.assertEqual(login.status, 200, login)
        self.assertEqual(request("GET", f"{world.url}/.well-known/jwks.json").json()["keys"][0]["alg"], "RS256")

        self.assertEqual(world.data.stat().st_mode & 0o777, 0o700)
        modes = {path.name: path.stat().st_mode & 0o777 for path in world.data.iterdir()}
        self.assertLessEqual({"signet.db", "master.key"}, set(modes))
        self.assertEqual(set(modes.values()), {0o600}, modes)
        self.assertEqual({path.name for path in world.folder.iterdir()}, {"signet-data", "issuer.log"})

        keys = request("GET", f"{world.url}/.well-known/jwks.json").body
        self.assertEqual(world.stop_issuer(), 0)
        world.start_issuer()
        self.assertNotIn("password", world.issuer.output().lower())
        self.assertEqual(request("GET", f"{world.url}/.well-known/jwks.json").body, keys)
        self.assertEqual(world.login("admin", world.admin_password, audience="signet").status, 200)
        session = request("GET", f"{world.url}/v1/session", token=login.json()["access_token"])
        self.assertEqual(session.status, 200)  # it has lived through the restart

    def test_the_password_is_nowhere_but_on_the_screen(self):
        world = self.new_world()
        world.start_issuer()
        world.stop_issuer()
        for path in world.data.iterdir():
            self.assertNotIn(world.admin_password.encode(), path.read_bytes())

    def test_json_for_scripts(self):
        process = subprocess.Popen([BIN / "signet", "serve", "--json", "--server-listen", "127.0.0.1:0", *FAST],
                                   cwd=self.folder, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True,
                                   env=clean_environment())
        self.addCleanup(process.stdout.close)
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        told = json.loads(process.stdout.readline())
        self.assertEqual(told["admin"]["username"], "admin")
        body = {"username": "admin", "password": told["admin"]["password"], "audience": "signet"}
        self.assertEqual(request("POST", told["url"] + "/v1/login", body).status, 200)
        self.assertEqual(told["issuer"], told["url"])

    def test_it_stops_at_once_though_a_client_stays_connected(self):
        world = self.new_world()
        world.start_issuer()
        with socket.create_connection(("127.0.0.1", world.port)) as idle:
            idle.sendall(b"GET /healthz HTTP/1.1\r\nHost: a\r\n\r\n")
            self.assertTrue(idle.recv(4096).startswith(b"HTTP/1.1 200"))
            self.assertEqual(world.stop_issuer(), 0)
            self.assertEqual(idle.recv(4096), b"")


class SettingsTest(ConfigurationCase):
    def test_a_flag_beats_the_environment_which_beats_the_file(self):
        file = ["--config", "signet.toml"]
        variable = {"SIGNET_TOKENS_ACCESS_LIFETIME": "4m"}
        flag = ["--tokens-access-lifetime", "3m"]
        for settings, environment, seconds in (([], {}, 600), (file, {}, 300), (file, variable, 240),
                                               ([], variable, 240),
                                               ([*file, *flag], variable, 180), (flag, variable, 180), (flag, {}, 180)):
            with self.subTest(settings=settings, environment=environment):
                world = self.new_world((*FAST, *settings), environment)
                (world.folder / "signet.toml").write_text('[tokens]\naccess_lifetime = "5m"\n')
                world.start_issuer()
                login = world.login("admin", world.admin_password, audience="signet").json()
                self.assertEqual(login["expires_in"], seconds)
                world.stop()

    def test_a_name_is_no_address_to_listen_on(self):
        said = self.serve_refused(*FAST, "--server-listen", "localhost:7700")
        self.assertIn("'localhost' is not an IP address", said)
        self.assertIn("127.0.0.1", said)

    def test_every_setting_in_one_file(self):
        world = self.new_world(("--config", "signet.toml"))
        (world.folder / "signet.toml").write_text(f"""
            data = "elsewhere/data"
            master_key_file = "master.secret"
            [server]
            listen = "127.0.0.1:{world.port}"
            issuer = "https://auth.example.com"
            [tokens]
            algorithm = "Ed25519"
            access_lifetime = "1h"
            [sessions]
            lifetime = "2d"
            refresh_grace = "0s"
            [passwords]
            memory_kib = 64
            passes = 3
            [log]
            level = "debug"
            format = "json"
            """)
        world.settings = ["--config", "signet.toml"]
        world.start_issuer()
        login = world.login("admin", world.admin_password, audience="signet").json()
        shown = json.loads(world.signet("inspect", "--json", login["access_token"]))
        published = request("GET", f"{world.url}/.well-known/jwks.json").json()["keys"]
        self.assertEqual([key["alg"] for key in published], ["Ed25519"])
        self.assertEqual(shown["payload"]["iss"], "https://auth.example.com")
        self.assertEqual(login["expires_in"], 3600)
        described = request("GET", f"{world.url}/.well-known/signet").json()
        self.assertEqual(described["jwks_uri"], "https://auth.example.com/.well-known/jwks.json")
        self.assertTrue((world.folder / "elsewhere/data/signet.db").exists())
        self.assertEqual((world.folder / "master.secret").stat().st_mode & 0o777, 0o600)
        lines = [json.loads(line) for line in world.issuer.output().splitlines() if line.startswith("{")]
        self.assertGreater(len(lines), 1)
        refreshed = request("POST", f"{world.url}/v1/refresh", {"refresh_token": login["refresh_token"]})
        self.assertEqual(refreshed.status, 200)

    def test_what_is_not_known_or_not_allowed_names_its_place(self):
        data = ["--data", "never-made"]
        wrong = "[tokens]\n\nacess_lifetime = \"5m\"\n"
        said = self.serve_refused(*data, "--config", self.file(wrong), status=2)
        self.assertEqual(said, "signet.toml:3: there is no setting tokens.acess_lifetime; "
                               "did you mean tokens.access_lifetime?")
        for text, place in (("[server]\nlisten = 7700\n", "signet.toml:2: server.listen"),
                            ("[passwords]\nmemory_kib = \"much\"\n", "signet.toml:2: passwords.memory_kib"),
                            ("\n\nlisten = \n", "signet.toml:3:"),
                            ("[server]\nlisten = \"somewhere\"\n", "signet.toml:2:"),
                            ("[tokens]\nalgorithm = \"none\"\n", "signet.toml:2: tokens.algorithm"),
                            ("data = \"a\"\ndata = \"b\"\n", "signet.toml:2:")):
            with self.subTest(text=text):
                said = self.serve_refused(*data, "--config", self.file(text), status=2)
                self.assertTrue(said.startswith(place), said)
        said = self.serve_refused(*data, "--config", "absent.toml", status=2)
        self.assertTrue(said.startswith("absent.toml: "), said)
        for name, value in (("SIGNET_TOKENS_ACESS_LIFETIME", "5m"), ("SIGNET_LOG_LEVEL", "loud"),
                            ("SIGNET_PASSWORDS_PASSES", "many")):
            said = self.serve_refused(*data, environment={name: value}, status=2)
            self.assertTrue(said.startswith(f"{name}: "), said)
        for flag, value in (("--log-level", "loud"), ("--server-listen", "7700"), ("--tokens-algorithm", "none"),
                            ("--server-listen", "0.0.0.0:0"), ("--server-issuer", "https://auth.example.com/")):
            said = self.serve_refused(*data, flag, value, status=2)
            self.assertIn(flag.removeprefix("--").replace("-", "."), said.replace("-", "."))
        said = self.serve_refused(*data, "--no-such-flag", "1", status=2)
        self.assertIn("--no-such-flag", said)
        self.assertFalse((self.folder / "never-made").exists())


class RefusalTest(ConfigurationCase):
    """What must stop the start of an issuer that has worked before."""

    def setUp(self):
        self.world = self.new_world()
        self.world.start_issuer()
        self.folder = self.world.folder
        self.elsewhere = [*FAST, "--server-listen", f"127.0.0.1:{free_port()}"]

    def test_two_issuers_on_one_folder(self):
        said = self.serve_refused(*self.elsewhere)
        self.assertIn("in use", said)
        self.assertEqual(request("GET", f"{self.world.url}/readyz").status, 200)
        said = self.run_signet("admin", "reset").stderr
        self.assertIn("in use", said)
        self.assertEqual(self.world.login("admin", self.world.admin_password, audience="signet").status, 200)

    def test_a_port_that_is_taken(self):
        said = self.serve_refused(*FAST, "--data", "other", "--server-listen", f"127.0.0.1:{self.world.port}")
        self.assertIn(str(self.world.port), said)

    def test_a_failed_first_start_does_not_use_up_the_password(self):
        self.serve_refused(*FAST, "--data", "other", "--server-listen", f"127.0.0.1:{self.world.port}")
        other = self.new_world((*FAST, "--data", self.folder / "other"))
        other.start_issuer()
        self.assertEqual(other.login("admin", other.admin_password, audience="signet").status, 200)

    def test_a_wrong_master_key(self):
        self.world.stop()
        said = self.serve_refused(*self.elsewhere, environment={"SIGNET_MASTER_KEY": "A" * 43})
        self.assertIn("not the master key", said)
        said = self.serve_refused(*self.elsewhere, environment={"SIGNET_MASTER_KEY": "A" * 42}, status=2)
        self.assertNotIn("AAAA", said)

        key = self.world.data / "master.key"
        text = key.read_text()
        for content, words in ((("B" if text[0] != "B" else "C") + text[1:], "not the master key"),
                               ("", "43 characters"),
                               ("x" * 100_000, "no key file")):
            key.write_text(content)
            self.assertIn(words, self.serve_refused(*self.elsewhere))
            self.assertEqual(key.read_text(), content)
        key.write_text(text)
        key.chmod(0o644)
        self.assertIn("chmod 600", self.serve_refused(*self.elsewhere))
        key.unlink()
        self.assertIn("missing", self.serve_refused(*self.elsewhere))
        self.assertFalse(key.exists())  # a new one is never made in its place

        key.write_text(text)
        key.chmod(0o600)
        self.world.start_issuer()
        self.assertEqual(self.world.login("admin", self.world.admin_password, audience="signet").status, 200)

    def test_the_master_key_from_elsewhere(self):
        self.world.stop()
        key = self.world.data / "master.key"
        text = key.read_text().strip()
        (self.folder / "credentials").mkdir()
        key.rename(self.folder / "credentials/signet-master-key")
        for environment in ({"SIGNET_MASTER_KEY": text}, {"CREDENTIALS_DIRECTORY": str(self.folder / "credentials")}):
            self.world.environment |= environment
            self.world.start_issuer()
            self.assertEqual(self.world.login("admin", self.world.admin_password, audience="signet").status, 200)
            self.world.stop()
            for name in environment:
                del self.world.environment[name]
        self.assertFalse(key.exists())

    def test_data_that_is_none(self):
        self.file("", "a-file")
        self.assertIn("a-file", self.serve_refused(*self.elsewhere, "--data", "a-file"))
        (self.folder / "damaged").mkdir()
        (self.folder / "damaged/signet.db").write_bytes(b"not a database at all " * 400)
        self.assertIn("damaged/signet.db", self.serve_refused(*self.elsewhere, "--data", "damaged"))


class AdminResetTest(ConfigurationCase):
    def test_it_gives_the_administrator_a_new_password_and_ends_the_sessions(self):
        world = self.new_world()
        world.start_issuer()
        old = world.login("admin", world.admin_password, audience="signet").json()
        world.stop()
        printed = world.signet("admin", "reset")
        password = printed.rsplit(" ", 1)[1].strip()
        self.assertEqual(printed.count("\n"), 1)

        world.start_issuer()
        self.assert_problem(world.login("admin", world.admin_password, audience="signet"), 401)
        self.assert_problem(request("POST", f"{world.url}/v1/refresh", {"refresh_token": old["refresh_token"]}), 401)
        self.assert_problem(request("GET", f"{world.url}/v1/admin/users", token=old["access_token"]), 401)
        fresh = world.login("admin", password, audience="signet")
        self.assertEqual(fresh.status, 200)
        self.assertEqual(request("GET", f"{world.url}/v1/admin/users", token=fresh.json()["access_token"]).status, 200)

    def test_it_brings_back_one_who_was_disabled_or_lost_the_role(self):
        world = self.new_world()
        world.start_issuer()
        token = world.login("admin", world.admin_password, audience="signet").json()["access_token"]
        users = f"{world.url}/v1/admin/users"
        request("POST", users, {"username": "second", "password": PASSWORD, "roles": ["admin"]}, token)
        admin = request("GET", f"{users}?username=admin", token=token).json()["users"][0]["id"]
        self.assertEqual(request("PATCH", f"{users}/{admin}", {"roles": [], "disabled": True}, token).status, 200)
        world.stop()
        told = json.loads(world.signet("admin", "reset", "--json"))
        self.assertEqual(told["username"], "admin")
        world.start_issuer()
        token = world.login("admin", told["password"], audience="signet").json()["access_token"]
        self.assertEqual(request("GET", users, token=token).status, 200)


if __name__ == "__main__":
    unittest.main()
