#!/usr/bin/env python3
"""Reads Signet's status lists with nothing of Signet: python3-jwt for the signature, zlib for the bits, and the text of the
standard (draft-ietf-oauth-status-list-21). What it finds for each session must be what Signet's own verifier finds."""

import base64
import json
import subprocess
import sys
import unittest
import zlib

import jwt


class StatusListsAsOthersReadThem(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.given = json.loads(subprocess.run([WRITE_LISTS], check=True, capture_output=True).stdout)
        cls.keys = jwt.PyJWKSet.from_dict(cls.given["jwks"])

    def claims(self, token):
        header = jwt.get_unverified_header(token)
        self.assertEqual(header["typ"], "statuslist+jwt")  # §5.1
        key = next(key for key in self.keys.keys if key.key_id == header["kid"])
        return jwt.decode(token, key.key, algorithms=["RS256"], issuer="https://auth.example.com",
                          options={"require": ["iat", "exp", "sub"]})

    def bits(self, claims):
        self.assertEqual(claims["status_list"]["bits"], 1)  # §4.2
        lst = claims["status_list"]["lst"]
        inflater = zlib.decompressobj()
        raw = inflater.decompress(base64.urlsafe_b64decode(lst + "=" * (-len(lst) % 4)))
        self.assertTrue(inflater.eof and not inflater.unused_data)
        return raw

    def test_every_session_has_the_status_that_signet_says(self):
        revoked = 0
        for given in self.given["lists"]:
            claims = self.claims(given["jwt"])
            self.assertEqual(claims["sub"], given["uri"])
            self.assertGreater(claims["ttl"], 0)
            raw = self.bits(claims)
            self.assertEqual(len(raw) * 8, 1 << 20)
            read = "".join(str(raw[index // 8] >> index % 8 & 1) for index in range(len(raw) * 8))  # §4.1
            self.assertEqual(read.count("1"), given["verdicts"].count("1"))
            self.assertTrue(read == given["verdicts"])
            revoked += read.count("1")
        self.assertGreater(revoked, 10_000)

    def test_the_aggregation_is_named(self):
        for given in self.given["lists"]:
            self.assertEqual(self.claims(given["jwt"])["status_list"]["aggregation_uri"], "https://auth.example.com/v1/status")


if __name__ == "__main__":
    WRITE_LISTS = sys.argv.pop(1)
    unittest.main()
