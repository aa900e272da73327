#include "revocation/status_list.h"

#include <zlib.h>

#include <algorithm>
#include <charconv>

#include "base/base64url.h"
#include "base/try.h"
#include "json/document.h"
#include "json/writer.h"
#include "revocation/batch.h"
#include "revocation/claims.h"
#include "token/jws.h"

namespace signet::revocation {
namespace {

constexpr Bits kNoBits{};

/// Inflater owns zlib's state.
class Inflater {
 public:
  Inflater() : ready_(inflateInit(&stream_) == Z_OK) {}
  ~Inflater() {
    if (ready_) inflateEnd(&stream_);
  }
  Inflater(const Inflater&) = delete;
  Inflater& operator=(const Inflater&) = delete;

  [[nodiscard]] bool is_ready() const noexcept { return ready_; }
  [[nodiscard]] z_stream& stream() noexcept { return stream_; }

 private:
  z_stream stream_{};
  bool ready_;
};

/// What §4.2 of the Token Status List calls a Status List: `bits`, `lst` and perhaps `aggregation_uri`. Token
/// Status List §4.2-1: "The value MUST be the base64url-encoded compressed byte array".
Result<Bytes> read_bits(Json claims, std::size_t max) {
  TRY(list, object_claim(claims, "status_list"));
  TRY(bits, integer_claim(list, "bits", 1, 8));
  if (bits != 1) return fail(Errc::kUnsupported, "a status list with more than one bit for each token");
  TRY(text, text_claim(list, "lst"));
  TRY(stream, base64url_decode(text));
  return inflate_list(stream, max);
}

/// Token Status List §5.1-3: `iat` is required. Token Status List §5.1-4: `ttl`, where there is one, "MUST be a
/// positive number". Token Status List §8.3-3: where there is an `exp`, "it MUST be checked if the Status List
/// Token is expired".
struct Dates {
  Time issued_at;
  std::optional<Time> expires_at;
  std::optional<std::chrono::seconds> ttl;
};

Result<Dates> read_dates(Json claims, Time now) {
  Dates dates;
  TRY(iat, integer_claim(claims, "iat", 0, kMaxCounter));
  dates.issued_at = from_unix(static_cast<std::int64_t>(iat));
  if (claims.member("exp")) {
    TRY(exp, integer_claim(claims, "exp", 0, kMaxCounter));
    dates.expires_at = from_unix(static_cast<std::int64_t>(exp));
    if (now >= *dates.expires_at) return fail(Errc::kExpired, "the status list has expired");
  }
  if (claims.member("ttl")) {
    TRY(ttl, integer_claim(claims, "ttl", 1, kMaxCounter));
    dates.ttl = std::chrono::seconds(ttl);
  }
  return dates;
}

}  // namespace

const List& no_revocations() noexcept {
  static const List kList(std::shared_ptr<void>(), &kNoBits);  // owns nothing: the bits are a constant
  return kList;
}

std::string list_uri_prefix(std::string_view issuer) {
  std::string prefix(issuer);
  if (!prefix.ends_with('/')) prefix += '/';
  return prefix + "v1/status/";
}

std::string list_uri(std::string_view issuer, std::uint64_t list) {
  return list_uri_prefix(issuer) + std::to_string(list);
}

std::string aggregation_uri(std::string_view issuer) {
  std::string uri = list_uri_prefix(issuer);
  uri.pop_back();
  return uri;
}

std::optional<std::uint64_t> read_list_number(std::string_view text) noexcept {
  if (text.empty() || (text.front() == '0' && text.size() > 1)) return std::nullopt;
  std::uint64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (error != std::errc{} || end != text.data() + text.size() || number > kMaxList) return std::nullopt;
  return number;
}

Bytes deflate_list(ByteView bits) {
  uLongf size = compressBound(static_cast<uLong>(bits.size()));
  Bytes stream(size);
  // Fails for want of memory alone, since there is room for the worst case.
  if (compress2(stream.data(), &size, bits.data(), static_cast<uLong>(bits.size()), Z_BEST_COMPRESSION) !=
      Z_OK) {
    throw std::bad_alloc();
  }
  stream.resize(size);
  return stream;
}

Result<Bytes> inflate_list(ByteView stream, std::size_t max) {
  Inflater inflater;
  if (!inflater.is_ready()) return fail(Errc::kInternal, "not enough memory to inflate a status list");
  z_stream& z = inflater.stream();
  z.next_in = const_cast<Bytef*>(stream.data());  // zlib only reads it
  z.avail_in = static_cast<uInt>(stream.size());

  // One byte more than allowed, so that a list that is too long shows.
  Bytes bits(std::min(max, stream.size() * 1032) + 1);  // DEFLATE makes of a byte 1032 at most
  z.next_out = bits.data();
  z.avail_out = static_cast<uInt>(bits.size());
  const int result = inflate(&z, Z_FINISH);
  if (z.total_out > max)
    return fail(Errc::kMalformed, "a status list that inflates to more than it may hold");
  if (result != Z_STREAM_END) return fail(Errc::kMalformed, "a status list that is not a ZLIB stream");
  if (z.avail_in != 0) return fail(Errc::kMalformed, "bytes after the end of a status list");
  bits.resize(z.total_out);
  return bits;
}

std::string write_list(const SignedList& list, ByteView deflated, std::string_view issuer) {
  json::Writer claims;
  claims.begin_object()
      .member("iss", issuer)
      .member("sub", list.uri)
      .member("iat", unix_seconds(list.issued_at))
      .member("exp", unix_seconds(list.expires_at))
      .member("ttl", list.ttl.count())
      .member("epoch", list.epoch)
      .member("seq", list.seq)
      .key("status_list")
      .begin_object()
      .member("bits", 1)
      .member("lst", base64url_encode(deflated))
      .member("aggregation_uri", aggregation_uri(issuer))
      .end_object()
      .end_object();
  return claims.take();
}

// Token Status List §5.1-1: "The JWT type MUST be statuslist+jwt." Token Status List §5.1-5: "Relying Parties
// MUST reject JWTs with an invalid signature." Token Status List §5.1-6, Token Status List §8.3-5: and whatever
// else is not valid; no statement is made then.
Result<SignedList> verify_list(std::string_view jws, const KeySet& keys, std::string_view issuer, Time now) {
  TRY(document, token::verify_statement(jws, keys, kStatusListType, issuer));
  const Json claims = json::root(*document);
  TRY(dates, read_dates(claims, now));
  if (!dates.expires_at || !dates.ttl) return fail(Errc::kMalformed, "a status list without exp or ttl");
  TRY(uri, text_claim(claims, "sub"));
  TRY(epoch, epoch_claim(claims));
  TRY(seq, integer_claim(claims, "seq", 0, kMaxCounter));
  TRY(bytes, read_bits(claims, sizeof(Bits)));
  if (bytes.size() != sizeof(Bits)) return fail(Errc::kMalformed, "a status list that holds too little");
  auto bits = std::make_shared<Bits>();
  std::ranges::copy(bytes, bits->begin());
  const List list = *bits == kNoBits ? no_revocations() : std::move(bits);
  return SignedList{
      std::string(uri), dates.issued_at, *dates.expires_at, *dates.ttl, std::string(epoch), seq, list};
}

Result<bool> ForeignList::is_set(std::uint64_t index) const noexcept {
  if (index >= size()) return fail(Errc::kMalformed, "an index outside the status list");
  return (bits[index / 8] >> index % 8 & 1) != 0;
}

Result<ForeignList> read_foreign_list(Json claims, Time now) {
  ForeignList list;
  TRY(uri, text_claim(claims, "sub"));
  TRY(dates, read_dates(claims, now));
  TRY(bits, read_bits(claims, kMaxForeignBytes));
  if (const auto aggregation = claims.member("status_list")->member("aggregation_uri")) {
    const auto text = aggregation->as_string();
    if (!text) return fail(Errc::kMalformed, "aggregation_uri is not a string");
    list.aggregation_uri = *text;
  }
  list.uri = uri;
  list.issued_at = dates.issued_at;
  list.expires_at = dates.expires_at;
  list.ttl = dates.ttl;
  list.bits = std::move(bits);
  return list;
}

}  // namespace signet::revocation
