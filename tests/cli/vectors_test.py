#!/usr/bin/python3
"""Every vector through the program: what the library says, `signet` must say too. A field that nobody reads fails."""

import collections
import json
import pathlib
import sys
import unittest

from program import CliTest, run, unb64

VECTORS = pathlib.Path(__file__).resolve().parent.parent / "vectors"
sys.path.insert(0, str(VECTORS))

import vectors


def text(value):
    return value.decode() if value is not None else None


def all_vectors(kind):
    files = sorted((VECTORS / kind).glob("*.txt"))
    assert files, f"no vectors in {VECTORS / kind}"
    return [vector for file in files for vector in vectors.read(file)]


class VectorsTest(CliTest):
    """Vectors that share a key and a policy go through one run, in a batch; a token with a newline in it cannot."""

    def setUp(self):
        super().setUp()
        self.wrong = []
        self.count = 0

    def judge(self, vector, expected, answer, check_ok):
        """`answer` is the program's line for the vector."""
        self.count += 1
        word, _, rest = answer.partition(" ")
        code = "ok" if word == "ok" else rest.split(" ")[0] if word == "error" else "no answer"
        if code not in expected:
            self.wrong.append(f"{vector.where}: {vector.name}: expects {'|'.join(expected)}, got {answer[:100]!r}")
        elif code == "ok" and (problem := check_ok(rest)):
            self.wrong.append(f"{vector.where}: {vector.name}: {problem}")
        if vector.unread():
            self.wrong.append(f"{vector.where}: {vector.name}: fields that nobody reads: {vector.unread()}")

    def answers(self, command, tokens, stdin_form):
        """One line for each token. A misuse is the answer for all of them."""
        ended = run(*command, *stdin_form[0], stdin=stdin_form[1](tokens))
        lines = ended.out.decode().splitlines()
        if ended.status == 2 and not lines:
            error = run(*command, "--json", *stdin_form[0], stdin=stdin_form[1](tokens)).json["error"]
            return [f"error {error['code']} {error['what']}"] * len(tokens)
        expected_status = 0 if all(line.startswith("ok") for line in lines) else 1
        if ended.status != expected_status:
            return [f"exit status {ended.status} for {lines}"] * len(tokens)
        return lines + ["too few answers"] * (len(tokens) - len(lines))

    BATCH = (["--batch"], lambda tokens: b"".join(token + b"\n" for token in tokens))
    SINGLE = ([], lambda tokens: tokens[0] + b"\n")

    def judge_groups(self, groups):
        for command, members in groups.items():
            batch = [member for member in members if b"\n" not in member[1]]
            single = [member for member in members if b"\n" in member[1]]
            for form, chunks in ((self.BATCH, [batch] if batch else []), (self.SINGLE, [[one] for one in single])):
                for chunk in chunks:
                    answers = self.answers(command, [member[1] for member in chunk], form)
                    for (vector, _, expected, check_ok), answer in zip(chunk, answers, strict=True):
                        self.judge(vector, expected, answer, check_ok)

    def tearDown(self):
        super().tearDown()
        self.assertEqual(self.wrong, [], "\n" + "\n".join(self.wrong))
        self.assertGreater(self.count, 0)

    def key_arguments(self, option, content, alg):
        """The command's options for a key, which lies in one file however many vectors use it."""
        name = self.path(f"key{hash((content, alg)) & (2**64 - 1):x}")
        pathlib.Path(name).write_bytes(content)
        return (option, name, *(("--alg", alg) if alg is not None else ()))

    def test_jws(self):
        groups = collections.defaultdict(list)
        for vector in all_vectors("jws"):
            key = self.key_arguments("--key", vector.take("key"), text(vector.maybe("alg")))
            token, expected = vector.take("token"), vector.expected()
            payload, sign, header = (text(vector.maybe(field)) for field in ("payload", "sign", "header"))
            groups["jws", "verify", *key].append(
                (vector, token, expected, lambda got, want=payload: None if got == want else f"payload {got}"))
            if sign is not None:
                self.check_signing(vector, key, unb64(header), unb64(payload), token, sign)
        self.judge_groups(groups)

    def check_signing(self, vector, key, header, payload, token, sign):
        signed = run("jws", "sign", *key, "--header", header, stdin=payload)
        if sign != "yes" or (signed.status, signed.out) != (0, token + b"\n"):
            self.wrong.append(f"{vector.where}: {vector.name}: signing gives {signed}")

    def test_jwt(self):
        groups = collections.defaultdict(list)
        for vector in all_vectors("jwt"):
            keys = self.key_arguments("--keys", vector.take("keys"), text(vector.maybe("alg")))
            policy = [argument for field in ("issuer", "audience", "typ", "leeway", "at")
                      if (value := vector.maybe(field)) is not None for argument in ("--" + field, value)]
            token, expected, claims = vector.take("token"), vector.expected(), vector.maybe("claims")

            def check(got, want=claims):
                return None if want is not None and json.loads(got) == json.loads(want) else f"claims {got}"

            groups["verify", *keys, *policy].append((vector, token, expected, check))
        self.judge_groups(groups)

    def test_keys(self):
        for vector in all_vectors("keys"):
            key = self.key_arguments("--in", vector.take("key"), text(vector.maybe("alg")))
            expected, thumbprint = vector.expected(), text(vector.maybe("thumbprint"))
            ended = run("key", "thumbprint", "--json", *key)
            if ended.status == 0:
                answer = "ok " + " ".join(json.loads(line)["thumbprint"] for line in ended.out.splitlines())
            else:
                answer = f"error {ended.json['error']['code']} {ended.json['error']['what']}"
            self.judge(vector, expected, answer,
                       lambda got, want=thumbprint: None if want in (None, got) else f"thumbprint {got}")


if __name__ == "__main__":
    unittest.main()
