// Status lists: the standard's own vectors, and everything that must not pass for a list (ATTACKS 37).
#include "revocation/status_list.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include <array>
#include <set>

#include "base/base64url.h"
#include "json/document.h"
#include "revocation/batch.h"
#include "revocation/test_issuer.h"

namespace signet::revocation {
namespace {

// draft-ietf-oauth-status-list-21, §4.1 (the first example) and Appendix C.1 (a list of 2^20 with these indices set).
constexpr std::string_view kExample = "eNrbuRgAAhcBXQ";
constexpr std::string_view kVector =
    "eNrt3AENwCAMAEGogklACtKQPg9LugC9k_"
    "ACvreiogEAAKkeCQAAAAAAAAAAAAAAAAAAAIBylgQAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA"
    "AAAAAAAAAAAAAAAAAAAAXG9IAAAAAAAAAPwsJAAAAAAAAAAAAAAAvhsSAAAAAAAAAAAA7KpLAAAAAAAAAAAAAAAAAAAAAJsLCQAAAAAA"
    "AAAA"
    "ADjelAAAAAAAAAAAKjDMAQAAAACAZC8L2AEb";
const std::set<std::uint64_t> kVectorIndices = {0,      1993,   25460,  159495, 495669, 554353,
                                                645645, 723232, 854545, 934534, 1000345};

Result<ForeignList> read_foreign(const std::string& status_list, const std::string& more = "") {
  const std::string claims = R"({"iss":"i","sub":"https://other.example/7","iat":1700000000,"status_list":)" +
                             status_list + more + "}";
  const auto document = json::parse_object(claims);
  return document ? read_foreign_list(json::root(**document), kNow) : std::unexpected(document.error());
}

Bytes inflated(std::string_view lst, std::size_t max = sizeof(Bits)) {
  return *inflate_list(*base64url_decode(lst), max);
}

/// A ZLIB stream of 1 GiB of zeros: the blocks of one MiB are all alike.
Bytes gigabyte() {
  const Bytes zeros(1 << 20);
  std::array<Bytes, 2> blocks{Bytes(4096), Bytes(4096)};
  z_stream z{};
  EXPECT_EQ(deflateInit(&z, 9), Z_OK);
  for (Bytes& block : blocks) {
    z.next_in = const_cast<Bytef*>(zeros.data());
    z.avail_in = static_cast<uInt>(zeros.size());
    z.next_out = block.data();
    z.avail_out = static_cast<uInt>(block.size());
    EXPECT_EQ(deflate(&z, Z_FULL_FLUSH), Z_OK);
    block.resize(block.size() - z.avail_out);
  }
  deflateEnd(&z);
  Bytes stream = blocks[0];
  for (int i = 1; i < 1024; ++i) stream.insert(stream.end(), blocks[1].begin(), blocks[1].end());
  return stream;
}

TEST(StatusListVectors, TheExampleHasItsSixteenBits) {
  const auto list = read_foreign(R"({"bits":1,"lst":")" + std::string(kExample) + R"("})");
  ASSERT_TRUE(list) << list.error().what;
  EXPECT_EQ(list->size(), 16U);
  const std::vector<bool> expected = {1, 0, 0, 1, 1, 1, 0, 1, 1, 1, 0, 0, 0, 1, 0, 1};
  for (std::uint64_t i = 0; i < 16; ++i) EXPECT_EQ(*list->is_set(i), expected[i]) << i;
  EXPECT_EQ(list->is_set(16).error().code, Errc::kMalformed);
}

TEST(StatusListVectors, AppendixC1HasTheseBitsAndNoOthers) {
  const auto list = read_foreign(R"({"bits":1,"lst":")" + std::string(kVector) + R"("})");
  ASSERT_TRUE(list) << list.error().what;
  EXPECT_EQ(list->size(), kListSize);
  for (std::uint64_t i = 0; i < kListSize; ++i) ASSERT_EQ(*list->is_set(i), kVectorIndices.contains(i)) << i;
}

TEST(StatusListVectors, WhatWeWriteIsWhatTheyWrite) {
  Bits bits{};
  for (const std::uint64_t i : kVectorIndices) bits[i / 8] |= static_cast<std::uint8_t>(1U << i % 8);
  EXPECT_EQ(inflated(kVector), Bytes(bits.begin(), bits.end()));
  EXPECT_EQ(base64url_encode(deflate_list(bits)), kVector);
  EXPECT_EQ(base64url_encode(deflate_list(inflated(kExample))), kExample);
}

TEST(StatusListBounds, InflatesNoMoreThanAllowed) {
  const Bytes bomb = deflate_list(Bytes(16 << 20));  // a thousandth of its size
  EXPECT_LT(bomb.size(), 20'000U);
  EXPECT_EQ(inflate_list(bomb, sizeof(Bits)).error().code, Errc::kMalformed);
  EXPECT_EQ(inflate_list(deflate_list(Bytes(sizeof(Bits) + 1)), sizeof(Bits)).error().code, Errc::kMalformed);
  EXPECT_EQ(inflate_list(deflate_list(Bytes(sizeof(Bits))), sizeof(Bits))->size(), sizeof(Bits));
}

TEST(StatusListBounds, EveryTruncationAndAnyTrailingByteIsRefused) {
  const Bytes stream = *base64url_decode(kVector);
  for (std::size_t size = 0; size < stream.size(); ++size) {
    EXPECT_EQ(inflate_list(ByteView(stream).first(size), sizeof(Bits)).error().code, Errc::kMalformed)
        << size;
  }
  Bytes longer = stream;
  longer.push_back(0);
  EXPECT_EQ(inflate_list(longer, sizeof(Bits)).error().code, Errc::kMalformed);
}

TEST(StatusListBounds, EveryFlippedBitIsRefusedOrInflatesToTheSame) {
  const Bytes stream = *base64url_decode(kVector);
  for (std::size_t bit = 0; bit < stream.size() * 8; ++bit) {
    Bytes damaged = stream;
    damaged[bit / 8] ^= static_cast<std::uint8_t>(1U << bit % 8);
    const auto bytes = inflate_list(damaged, sizeof(Bits));
    // ZLIB ends with a checksum; only the header's level, which says nothing of the data, is not covered by it.
    EXPECT_TRUE(!bytes || *bytes == inflated(kVector)) << bit;
  }
}

TEST(StatusListBounds, DeflateWithoutItsZlibHeaderIsRefused) {
  const Bytes stream = *base64url_decode(kVector);
  EXPECT_FALSE(inflate_list(ByteView(stream).subspan(2, stream.size() - 6), sizeof(Bits)));
  const Bytes dictionary = {0x78, 0xbb, 0, 0, 0, 1, 3, 0, 0, 0, 0, 1};  // FDICT: wants a preset dictionary
  EXPECT_FALSE(inflate_list(dictionary, sizeof(Bits)));
}

TEST(ForeignLists, OptionalMembersComeOut) {
  const auto list =
      read_foreign(R"({"bits":1,"lst":"eNrbuRgAAhcBXQ","aggregation_uri":"https://other.example/all"})",
                   R"(,"exp":1700000001,"ttl":5)");
  ASSERT_TRUE(list) << list.error().what;
  EXPECT_EQ(list->uri, "https://other.example/7");
  EXPECT_EQ(list->aggregation_uri, "https://other.example/all");
  EXPECT_EQ(list->ttl, std::chrono::seconds(5));
  EXPECT_EQ(list->expires_at, kNow + std::chrono::seconds(1));
}

// Token Status List §4.2-1: base64url of a ZLIB stream, or nothing. Token Status List §5.1-4: a `ttl` is positive.
TEST(ForeignLists, WhatIsNoListIsRefused) {
  const std::vector<std::pair<std::string, Errc>> cases = {
      {R"({"bits":2,"lst":"eNo76fITAAPfAgc"})", Errc::kUnsupported},  // §4.1's second example
      {R"({"bits":0,"lst":"eNrbuRgAAhcBXQ"})", Errc::kMalformed},
      {R"({"bits":"1","lst":"eNrbuRgAAhcBXQ"})", Errc::kMalformed},
      {R"({"lst":"eNrbuRgAAhcBXQ"})", Errc::kMalformed},
      {R"({"bits":1})", Errc::kMalformed},
      {R"({"bits":1,"lst":7})", Errc::kMalformed},
      {R"({"bits":1,"lst":"eNrbuRgAAhcBXQ=="})", Errc::kMalformed},
      {R"({"bits":1,"lst":""})", Errc::kMalformed},
      {R"({"bits":1,"lst":"eNrbuRgAAhcBXQ","aggregation_uri":1})", Errc::kMalformed},
      {R"("eNrbuRgAAhcBXQ")", Errc::kMalformed},
  };
  for (const auto& [text, code] : cases) EXPECT_EQ(read_foreign(text).error().code, code) << text;
  const std::string good = R"({"bits":1,"lst":"eNrbuRgAAhcBXQ"})";
  EXPECT_EQ(read_foreign(good, R"(,"exp":1700000000)").error().code, Errc::kExpired);
  EXPECT_EQ(read_foreign(good, R"(,"exp":"soon")").error().code, Errc::kMalformed);
  EXPECT_EQ(read_foreign(good, R"(,"ttl":0)").error().code, Errc::kMalformed);
  EXPECT_EQ(read_foreign(good, R"(,"ttl":-1)").error().code, Errc::kMalformed);
}

TEST(ForeignLists, OneOfSixteenMillionIsReadAndNoLongerOne) {
  const auto with = [](std::size_t bytes) {
    return read_foreign(R"({"bits":1,"lst":")" + base64url_encode(deflate_list(Bytes(bytes, 0xff))) +
                        R"("})");
  };
  EXPECT_TRUE(*with(kMaxForeignBytes)->is_set((1U << 24) - 1));
  EXPECT_EQ(with(kMaxForeignBytes + 1).error().code, Errc::kMalformed);
}

TEST(OwnLists, ComeBackAsTheyWere) {
  const TestIssuer issuer;
  const SignedList list = issuer.list(3, {0, 7, 8, kListSize - 1});
  const auto read = verify_list(issuer.sign(list), issuer.keys(), kIssuer, kNow);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_EQ(read->uri, "https://auth.example/v1/status/3");
  EXPECT_EQ(*read->bits, *list.bits);
  EXPECT_EQ(read->epoch, list.epoch);
  EXPECT_EQ(read->seq, list.seq);
  EXPECT_EQ(read->issued_at, list.issued_at);
  EXPECT_EQ(read->expires_at, list.expires_at);
  EXPECT_EQ(read->ttl, list.ttl);
}

TEST(OwnLists, AreReadByWhoeverKnowsTheStandard) {
  const TestIssuer issuer;
  const SignedList list = issuer.list(3, {5});
  const std::string claims = write_list(list, deflate_list(*list.bits), kIssuer);
  const auto read = read_foreign_list(json::root(**json::parse_object(claims)), kNow);
  ASSERT_TRUE(read) << read.error().what;
  EXPECT_TRUE(*read->is_set(5));
  EXPECT_FALSE(*read->is_set(4));
  EXPECT_EQ(read->aggregation_uri, "https://auth.example/v1/status");
}

// ATTACKS 37: "index out of range, wrong sub, expired list, other issuer, missing list, 1 GB after inflation".
// Token Status List §5.1-1: another type. Token Status List §5.1-3: no `iat`. Token Status List §5.1-5: a forged signature.
// Token Status List §8.3-3: expired. Token Status List §5.1-6, Token Status List §8.3-5: all the rest.
TEST(OwnLists, WhatIsNotOursIsRefused) {
  const TestIssuer issuer;
  const auto code = [&](const std::string& jws, Time now = kNow) {
    const auto read = verify_list(jws, issuer.keys(), kIssuer, now);
    return read ? std::optional<Errc>() : read.error().code;
  };
  const SignedList list = issuer.list(3, {1});
  const std::string good = issuer.sign(list);
  EXPECT_EQ(code(good), std::nullopt);
  EXPECT_EQ(code(good, list.expires_at), Errc::kExpired);
  EXPECT_EQ(code(TestIssuer().sign(list)), Errc::kUnknownKey);
  EXPECT_EQ(verify_list(good, issuer.keys(), "https://other.example", kNow).error().code, Errc::kWrongIssuer);

  const std::string claims = write_list(list, deflate_list(*list.bits), kIssuer);
  EXPECT_EQ(code(issuer.sign(claims, "at+jwt")), Errc::kWrongType);
  EXPECT_EQ(code(issuer.sign(claims, kBatchType)), Errc::kWrongType);
  EXPECT_EQ(code(issuer.sign(claims, "application/statuslist+jwt")), std::nullopt);
  std::string forged = good;
  forged[forged.size() / 2] = forged[forged.size() / 2] == 'A' ? 'B' : 'A';
  EXPECT_EQ(code(forged), Errc::kBadSignature);
  EXPECT_EQ(code(good.substr(0, good.size() - 10)), Errc::kBadSignature);

  const auto with = [&](ByteView stream) {
    return code(issuer.sign(write_list(list, stream, kIssuer), kStatusListType));
  };
  for (const std::size_t size : {std::size_t{0}, sizeof(Bits) - 1, sizeof(Bits) + 1}) {
    EXPECT_EQ(with(deflate_list(Bytes(size))), Errc::kMalformed) << size;
  }
  EXPECT_EQ(with(gigabyte()), Errc::kMalformed);
  for (const auto& [member, wrong] :
       std::vector<std::pair<std::string, std::string>>{{R"("seq":100)", R"("seq":-1)"},
                                                        {R"("seq":100)", R"("no":1)"},
                                                        {R"("epoch":"e1")", R"("epoch":"")"},
                                                        {R"("ttl":60)", R"("tt":60)"},
                                                        {R"("iat":)", R"("at":)"},
                                                        {R"("bits":1)", R"("bits":8)"}}) {
    std::string text = claims;
    const std::size_t at = text.find(member);
    ASSERT_NE(at, text.npos) << member;
    text.replace(at, member.size(), wrong);
    EXPECT_TRUE(code(issuer.sign(text, kStatusListType))) << wrong;
  }
}

TEST(Statements, MayBeAsLongAsFourMebibytes) {
  const TestIssuer issuer;
  const auto with = [&](std::size_t size) {
    return token::sign_statement(issuer.key(), "x+jwt",
                                 R"({"iss":"i","pad":")" + std::string(size, 'x') + R"("})");
  };
  const auto long_one = with(3'000'000);
  ASSERT_TRUE(long_one);
  EXPECT_TRUE(token::verify_statement(*long_one, issuer.keys(), "x+jwt", "i"));
  EXPECT_EQ(with(3'200'000).error().code, Errc::kInvalidArgument);
  EXPECT_EQ(token::verify_statement(*long_one + std::string(1'200'000, 'A'), issuer.keys(), "x+jwt", "i")
                .error()
                .code,
            Errc::kMalformed);
  EXPECT_EQ(token::verify_jws(*long_one, issuer.keys()).error().code, Errc::kMalformed);  // no token may be
}

TEST(ListNumbers, HaveOneSpelling) {
  EXPECT_EQ(read_list_number("0"), 0U);
  EXPECT_EQ(read_list_number("8589934591"), kMaxList);
  for (const char* wrong :
       {"", "00", "01", "-1", "+1", " 1", "1 ", "0x1", "1.0", "1e3", "8589934592", "99999999999999999999"}) {
    EXPECT_EQ(read_list_number(wrong), std::nullopt) << wrong;
  }
}

RevocationSet set_of(std::uint64_t first, std::vector<List> lists) {
  return {kIssuer, first, std::move(lists)};
}

// Token Status List §8.3-4: "If the provided index is out of bounds of the Status List, no statement about the status of the
// Referenced Token can be made".
// ATTACKS 37 again, from the side of the token: whatever cannot be looked up is refused, never "not revoked".
TEST(RevocationSets, RefuseWhatTheyCannotLookUp) {
  const TestIssuer issuer;
  const RevocationSet set = set_of(5, {issuer.list(5, {9}).bits, no_revocations()});
  const auto code = [&](std::uint64_t index, std::string_view uri) -> std::optional<Errc> {
    const auto good = set.check(StatusReference{index, uri});
    return good ? std::optional<Errc>() : good.error().code;
  };
  EXPECT_EQ(code(8, "https://auth.example/v1/status/5"), std::nullopt);
  EXPECT_EQ(code(9, "https://auth.example/v1/status/5"), Errc::kRevoked);
  EXPECT_EQ(code(9, "https://auth.example/v1/status/6"), std::nullopt);
  EXPECT_EQ(code(kListSize - 1, "https://auth.example/v1/status/6"), std::nullopt);
  EXPECT_EQ(code(0, "https://auth.example/v1/status/4"), Errc::kRevoked);  // closed for good
  EXPECT_EQ(code(0, "https://auth.example/v1/status/7"), Errc::kStale);    // newer than what is known
  EXPECT_EQ(code(0, "https://auth.example/v1/status/8589934591"), Errc::kStale);

  EXPECT_EQ(code(kListSize, "https://auth.example/v1/status/5"), Errc::kMalformed);
  EXPECT_EQ(code(~std::uint64_t{0}, "https://auth.example/v1/status/5"), Errc::kMalformed);
  for (const char* uri :
       {"", "https://auth.example/v1/status/", "https://auth.example/v1/status/05",
        "https://auth.example/v1/status/5/", "https://auth.example/v1/status/5?a=b",
        "https://auth.example/v1/status/8589934592", "https://auth.example.evil/v1/status/5",
        "http://auth.example/v1/status/5", "https://other.example/v1/status/5", "5"}) {
    EXPECT_EQ(code(8, uri), Errc::kMalformed) << uri;
  }
  EXPECT_EQ(set.check(std::nullopt).error().code, Errc::kMalformed);
}

TEST(RevocationSets, ASlotIsGoodForLaterSets) {
  const TestIssuer issuer;
  const RevocationSet before = set_of(5, {no_revocations()});
  const auto slot = before.slot({9, "https://auth.example/v1/status/5"});
  ASSERT_TRUE(slot);
  EXPECT_FALSE(before.is_revoked(*slot));
  EXPECT_TRUE(set_of(5, {issuer.list(5, {9}).bits}).is_revoked(*slot));
  EXPECT_TRUE(set_of(6, {no_revocations()}).is_revoked(*slot));
  EXPECT_TRUE(set_of(4, {no_revocations()}).is_revoked(*slot));  // newer than what that set knows
  EXPECT_TRUE(before.is_revoked(RevocationSet::Slot{~std::uint64_t{0}}));
}

TEST(RevocationSets, CountWhatTheyHold) {
  const TestIssuer issuer;
  const RevocationSet set =
      set_of(5, {issuer.list(5, {0, 9, kListSize - 1}).bits, no_revocations(), no_revocations()});
  EXPECT_EQ(set.first(), 5U);
  EXPECT_EQ(set.last(), 7U);
  EXPECT_EQ(set.revoked(), 3U);
  EXPECT_LT(set.bytes(), sizeof(Bits) + 100);
  std::vector<List> ten;
  for (std::uint64_t i = 0; i < 10; ++i) ten.push_back(issuer.list(i, {1}).bits);
  EXPECT_LT(set_of(0, ten).bytes(), 2U << 20);  // ten million sessions
}

}  // namespace
}  // namespace signet::revocation
