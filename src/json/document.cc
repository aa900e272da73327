#include "json/document.h"

#include <simdjson.h>
#include <string.h>

#include <algorithm>
#include <array>
#include <atomic>
#include <memory>

#include "base/base64url.h"
#include "base/try.h"
#include "json/access.h"

namespace signet::json {

namespace dom = simdjson::dom;

class Document {
 public:
  /// Makes room for `size` bytes and the padding that simdjson reads beyond them. False: no memory.
  [[nodiscard]] bool reserve(std::size_t size) {
    size_ = size;
    if (size <= capacity_) return true;
    const std::size_t capacity = std::max(size, kUsualSize);
    capacity_ = 0;  // until both are there: a document that failed here is used again
    text_.reset(new (std::nothrow) std::uint8_t[capacity + simdjson::SIMDJSON_PADDING]);
    if (!text_ || parser_.allocate(capacity, kMaxDepth + 1) != simdjson::SUCCESS) return false;
    capacity_ = capacity;
    return true;
  }

  [[nodiscard]] std::span<std::uint8_t> bytes() noexcept { return {text_.get(), size_}; }
  [[nodiscard]] ByteView bytes() const noexcept { return {text_.get(), size_}; }
  [[nodiscard]] bool is_usual_size() const noexcept { return capacity_ <= kUsualSize; }

  void mark_secret() noexcept { is_secret_ = true; }
  [[nodiscard]] bool is_secret() const noexcept { return is_secret_; }
  ~Document() {
    if (!is_secret_ || !text_) return;
    explicit_bzero(text_.get(), capacity_);
    // Where simdjson keeps unescaped strings, a length before each: it makes room for 5/3 of the text that it parses.
    if (parser_.doc.string_buf) explicit_bzero(parser_.doc.string_buf.get(), size_ / 3 * 5);
  }

  /// parse makes `root` of the bytes. kMalformed: they are no JSON; kInternal: no memory.
  [[nodiscard]] Result<void> parse() {
    const simdjson::error_code error = parser_.parse(text_.get(), size_, false).get(root);
    if (error == simdjson::MEMALLOC) return fail(Errc::kInternal, "not enough memory to parse JSON");
    if (error != simdjson::SUCCESS) return fail(Errc::kMalformed, "not well-formed JSON");
    return {};
  }

  dom::element root;  // borrows from the parser, which therefore never moves
  mutable std::atomic<int> readers = 1;

 private:
  static constexpr std::size_t kUsualSize = 4096;

  std::unique_ptr<std::uint8_t[]> text_;
  std::size_t size_ = 0;
  std::size_t capacity_ = 0;
  bool is_secret_ = false;
  dom::parser parser_;
};

namespace {

/// Spares are documents that a thread has done with and will use again: a few, of the usual size.
class Spares {
 public:
  ~Spares() {
    gone() = true;
    for (std::size_t i = 0; i < count_; ++i) delete all_[i];
  }

  [[nodiscard]] static Document* take() {
    Spares* const spares = mine();
    return spares && spares->count_ > 0 ? spares->all_[--spares->count_] : new (std::nothrow) Document;
  }

  static void give_back(Document* document) noexcept {
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

  std::array<Document*, 8> all_{};
  std::size_t count_ = 0;
};

}  // namespace

void retain(const Document& document) noexcept {
  document.readers.fetch_add(1, std::memory_order_relaxed);
}

void release(const Document& document) noexcept {
  if (document.readers.fetch_sub(1, std::memory_order_acq_rel) != 1) return;
  auto* const mine = const_cast<Document*>(&document);  // nobody reads it any more
  mine->readers.store(1, std::memory_order_relaxed);
  Spares::give_back(mine);
}

namespace {

/// A document that is still being made has one owner, who may write to it.
Document& writable(const DocumentPtr& document) noexcept {
  return const_cast<Document&>(*document);
}

bool has_unique(std::span<std::string_view> names) {
  std::sort(names.begin(), names.end());
  return std::adjacent_find(names.begin(), names.end()) == names.end();
}

/// RFC 7515 §4: "The Header Parameter names within the JOSE Header MUST be unique"; RFC 7519 §4 says the same
/// of claims. simdjson keeps duplicates, so they are refused here, after unescaping. Sorting keeps an object
/// of thousands of members from costing a square of them; usual ones fit on the stack.
bool has_unique_names(Json object) {
  std::array<std::string_view, 24> few;
  std::size_t count = 0;
  Walk member(object);
  while (count < few.size() && member.next()) few[count++] = member.name();
  if (count < few.size()) return has_unique({few.data(), count});

  std::vector<std::string_view> many(few.begin(), few.end());
  while (member.next()) many.push_back(member.name());
  return has_unique(many);
}

/// Looks at every object and array, the outermost at depth 1: a name stands once, and none nests too deeply.
/// (simdjson has a bound of its own, but does not count an innermost one that is empty.)
Result<void> check_all(Json value, std::size_t depth = 1) {
  const Json::Type type = value.type();
  if (type != Json::Type::kObject && type != Json::Type::kArray) return {};
  if (depth > kMaxDepth) return fail(Errc::kMalformed, "JSON that nests more than 16 levels deep");
  if (type == Json::Type::kObject && !has_unique_names(value)) {
    return fail(Errc::kMalformed, "a JSON object names a member twice");
  }
  for (Walk child(value); child.next();) TRY_DO(check_all(child.value(), depth + 1));
  return {};
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
  return (*document_).bytes();
}

Result<DocumentPtr> Draft::parse() && {
  Document& document = writable(document_);
  TRY_DO(document.parse());
  TRY_DO(check_all(Access::wrap(document.root)));
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

Json root(const Document& document) noexcept {
  return Access::wrap(document.root);
}

}  // namespace signet::json
