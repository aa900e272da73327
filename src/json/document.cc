#include "json/document.h"

#include <simdjson.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <cstring>
#include <memory>
#include <new>
#include <utility>

#include "base/base64url.h"
#include "base/try.h"
#include "json/access.h"
#include "json/names.h"
#include "json/plain.h"

namespace signet::json {

namespace dom = simdjson::dom;

/// Document is what its readers see: Parsed, which a parser made, or Compact, a copy of one.
class Document {
 public:
  dom::element root;  // borrows from the rest, which therefore never moves
  mutable std::atomic<int> readers = 1;
  const bool is_compact;

 protected:
  explicit Document(bool compact) noexcept : is_compact(compact) {}
  ~Document() = default;
};

namespace {

class Parsed final : public Document {
 public:
  Parsed() noexcept : Document(false) {}

  /// Makes room for `size` bytes and the padding that simdjson reads beyond them. False: no memory.
  [[nodiscard]] bool reserve(std::size_t size) {
    size_ = size;
    if ((size > capacity_ || capacity_ == 0) && !grow(size)) return false;
    std::memset(text_.get() + size, kPlainEnd, kPlainPadding);
    return true;
  }

  [[nodiscard]] std::span<std::uint8_t> bytes() noexcept { return {text_.get(), size_}; }
  [[nodiscard]] ByteView bytes() const noexcept { return {text_.get(), size_}; }
  [[nodiscard]] bool is_usual_size() const noexcept { return capacity_ <= kUsualSize; }

  void mark_secret() noexcept { is_secret_ = true; }
  [[nodiscard]] bool is_secret() const noexcept { return is_secret_; }
  ~Parsed() {
    if (!is_secret_ || !text_) return;
    explicit_bzero(text_.get(), capacity_);
    // Where simdjson keeps unescaped strings, a length before each: it makes room for 5/3 of the text that it parses.
    if (parser_.doc.string_buf) explicit_bzero(parser_.doc.string_buf.get(), size_ / 3 * 5);
  }

  /// parse makes `root` of the bytes. kMalformed: they are no JSON, or not as strict as ours; kInternal: no memory.
  [[nodiscard]] Result<void> parse() {
    // Secrets are not for read_plain, which leaves a few bytes of text behind the last string.
    if (!is_secret_) {
      TRY(is_read, read_plain(std::as_const(*this).bytes(), parser_.doc));
      if (is_read) {
        root = parser_.doc.root();
        return {};
      }
    }
    const simdjson::error_code error = parser_.parse(text_.get(), size_, false).get(root);
    if (error == simdjson::MEMALLOC) return fail(Errc::kInternal, "not enough memory to parse JSON");
    if (error != simdjson::SUCCESS) return fail(Errc::kMalformed, "not well-formed JSON");
    return check_containers(Access::tape(parser_.doc));
  }

  [[nodiscard]] const dom::document& values() const noexcept { return parser_.doc; }

 private:
  static constexpr std::size_t kUsualSize = 4096;
  static_assert(kPlainPadding <= simdjson::SIMDJSON_PADDING);

  [[nodiscard]] bool grow(std::size_t size) {
    const std::size_t capacity = std::max(size, kUsualSize);
    capacity_ = 0;  // until all are there: a document that failed here is used again
    text_.reset(new (std::nothrow) std::uint8_t[capacity + simdjson::SIMDJSON_PADDING]);
    if (!text_ || parser_.allocate(capacity, kMaxDepth + 1) != simdjson::SUCCESS) return false;
    if (parser_.doc.allocate(capacity) != simdjson::SUCCESS) return false;
    capacity_ = capacity;
    return true;
  }

  std::unique_ptr<std::uint8_t[]> text_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  bool is_secret_ = false;
  dom::parser parser_;
};

/// The tape's first word says how many there are.
std::size_t tape_size(const dom::document& values) noexcept {
  return static_cast<std::size_t>(Access::tape(values).payload(0));
}

/// Where the last string ends: they lie in the order of the tape, a NUL behind each.
std::size_t strings_size(const dom::document& values) noexcept {
  const Tape tape = Access::tape(values);
  std::size_t end = 0;
  for (std::size_t i = 1; i < tape_size(values); i += tape.is_number(i) ? 2 : 1) {
    if (tape.kind(i) != '"') continue;
    end = static_cast<std::size_t>(tape.payload(i)) + sizeof(std::uint32_t) + tape.string_size(i) + 1;
  }
  return end;
}

/// Compact is followed in memory by its tape and its strings: one block of just the size that is needed.
class Compact final : public Document {
 public:
  /// Null: no memory.
  static Compact* copy(const Parsed& from) noexcept {
    const std::size_t tape_bytes = tape_size(from.values()) * sizeof(std::uint64_t);
    const std::size_t strings_bytes = strings_size(from.values());
    const std::size_t bytes = sizeof(Compact) + tape_bytes + strings_bytes;
    void* const place = ::operator new(bytes, std::nothrow);
    if (!place) return nullptr;
    auto* const copy = ::new (place) Compact(bytes);
    auto* const tape = reinterpret_cast<std::uint64_t*>(copy + 1);
    std::memcpy(tape, from.values().tape.get(), tape_bytes);
    copy->values_.tape.reset(tape);
    copy->values_.string_buf.reset(reinterpret_cast<std::uint8_t*>(tape) + tape_bytes);
    std::memcpy(copy->values_.string_buf.get(), from.values().string_buf.get(), strings_bytes);
    const auto root = std::bit_cast<Access::Words>(from.root);
    copy->root = std::bit_cast<dom::element>(Access::Words{&copy->values_, root.index});
    return copy;
  }
  static void destroy(Compact* compact) noexcept {
    compact->~Compact();
    ::operator delete(compact);
  }

  [[nodiscard]] std::size_t bytes() const noexcept { return bytes_; }

 private:
  explicit Compact(std::size_t bytes) noexcept : Document(true), bytes_(bytes) {}
  ~Compact() {
    static_cast<void>(values_.tape.release());  // parts of this block
    static_cast<void>(values_.string_buf.release());
  }

  const std::size_t bytes_;
  dom::document values_;
};

/// Spares are documents that a thread has done with and will use again: a few, of the usual size.
class Spares {
 public:
  ~Spares() {
    gone() = true;
    for (std::size_t i = 0; i < count_; ++i) delete all_[i];
  }

  [[nodiscard]] static Parsed* take() {
    Spares* const spares = mine();
    return spares && spares->count_ > 0 ? spares->all_[--spares->count_] : new (std::nothrow) Parsed;
  }

  static void give_back(Parsed* document) noexcept {
    Spares* const spares = mine();
    if (spares && spares->count_ < spares->all_.size() && document->is_usual_size() &&
        !document->is_secret()) {
      spares->all_[spares->count_++] = document;
    } else {
      delete document;
    }
  }

 private:
  /// True once this thread's spares are destroyed: what is released after that, by other thread-locals, is
  /// deleted.
  static bool& gone() noexcept {
    thread_local bool gone = false;
    return gone;
  }
  static Spares* mine() noexcept {
    thread_local Spares spares;
    return gone() ? nullptr : &spares;
  }

  std::array<Parsed*, 8> all_{};
  std::size_t count_ = 0;
};

}  // namespace

void retain(const Document& document) noexcept {
  document.readers.fetch_add(1, std::memory_order_relaxed);
}

void release(const Document& document) noexcept {
  if (document.readers.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  auto* const mine = const_cast<Document*>(&document);  // nobody reads it any more
  if (mine->is_compact) return Compact::destroy(static_cast<Compact*>(mine));
  mine->readers.store(1, std::memory_order_relaxed);
  Spares::give_back(static_cast<Parsed*>(mine));
}

namespace {

/// A document that is still being made has one owner, who may write to it.
Parsed& writable(const DocumentPtr& document) noexcept {
  return const_cast<Parsed&>(static_cast<const Parsed&>(*document));
}

}  // namespace

Result<Draft> draft(std::string_view text, bool is_secret = false) {
  DocumentPtr document(Spares::take());
  if (!document || !writable(document).reserve(text.size())) {
    return fail(Errc::kInternal, "not enough memory to parse JSON");
  }
  if (is_secret) writable(document).mark_secret();
  std::copy(text.begin(), text.end(), writable(document).bytes().begin());
  return Draft(std::move(document));
}

Result<Draft> Draft::from_base64url(std::string_view text) {
  DocumentPtr document(Spares::take());
  if (!document || !writable(document).reserve(base64url_decoded_size(text.size()))) {
    return fail(Errc::kInternal, "not enough memory to parse JSON");
  }
  TRY_DO(base64url_decode_into(text, writable(document).bytes()));
  return Draft(std::move(document));
}

ByteView Draft::bytes() const noexcept {
  return std::as_const(writable(document_)).bytes();
}

// RFC 7515 §10.12: what follows the value is an error: "Implementations MUST consider JWSs containing such
// input to be invalid." RFC 8725 §3.7: no other encoding than UTF-8, "not use or admit the use of other
// Unicode encodings for these purposes." RFC 7519 §7.2: "Verify that the resulting octet sequence is a
// UTF-8-encoded representation of a completely valid JSON object".
Result<DocumentPtr> Draft::parse() && {
  Parsed& document = writable(document_);
  TRY_DO(document.parse());
  return std::move(document_);
}

Result<DocumentPtr> Draft::parse_object() && {
  TRY(document, std::move(*this).parse());
  if (!(*document).root.is_object()) return fail(Errc::kMalformed, "the JSON text is not an object");
  return std::move(document);
}

Result<DocumentPtr> parse(std::string_view text) {
  TRY(unparsed, draft(text));
  return std::move(unparsed).parse();
}

Result<DocumentPtr> parse_object(std::string_view text) {
  TRY(unparsed, draft(text));
  return std::move(unparsed).parse_object();
}

Result<DocumentPtr> parse_secret_object(std::string_view text) {
  TRY(unparsed, draft(text, true));
  return std::move(unparsed).parse_object();
}

DocumentPtr compact(const DocumentPtr& document) noexcept {
  if ((*document).is_compact) return document;
  const auto& parsed = static_cast<const Parsed&>(*document);
  return parsed.is_secret() ? DocumentPtr() : DocumentPtr(Compact::copy(parsed));
}

std::size_t footprint(const Document& document) noexcept {
  return document.is_compact ? static_cast<const Compact&>(document).bytes() : 0;
}

Json root(const Document& document) noexcept {
  return Access::wrap(document.root);
}

}  // namespace signet::json
