#include "guard/token_cache.h"

#include <algorithm>
#include <bit>
#include <cstring>
#include <new>

#include "json/document.h"

namespace signet::guard {
namespace {

constexpr std::size_t kMaxSize = 16 * 1024;
constexpr std::size_t kOverhead = 48;  // what the allocator adds, about
constexpr std::size_t kTail = 16;      // characters of the signature that the tag is made of
constexpr std::size_t kEntry = 4;      // lines of an entry that are fetched ahead
constexpr std::size_t kClaims = 2;     // and of the parsed claims, of which the caller is likely to read some
constexpr std::size_t kFirstSlots = 64;  // a table of 1 KiB
constexpr int kMostEvictions = 8;  // for one that comes: no request pays for the forgetting of thousands
constexpr int kSwept = 4;          // slots looked at for dead tokens at each insert: about one token or two

/// Asks for the first lines of what will be read: both of them are then on their way at once, and the processor fetches
/// the lines that follow by itself.
template <std::size_t kLines>
void fetch_ahead(const void* start) noexcept {
  constexpr std::size_t kLine = 64;
  for (std::size_t i = 0; i < kLines; ++i) __builtin_prefetch(static_cast<const char*>(start) + i * kLine);
}

}  // namespace

/// An Entry is followed in memory by the token's bytes.
struct TokenCache::Entry {
  Lifetime lifetime;
  Remembered remembered;
  std::uint32_t bytes;  // what all of it takes, the parsed claims too

  [[nodiscard]] char* text() noexcept { return reinterpret_cast<char*>(this + 1); }

  /// Null: no memory.
  static Entry* make(std::string_view token, const Remembered& remembered, const Lifetime& lifetime,
                     std::size_t bytes) noexcept {
    void* const place = ::operator new(sizeof(Entry) + token.size(), std::nothrow);
    if (!place) return nullptr;
    auto* const entry = ::new (place) Entry{lifetime, remembered, static_cast<std::uint32_t>(bytes)};
    std::memcpy(entry->text(), token.data(), token.size());
    return entry;
  }
  static void destroy(Entry* entry) noexcept {
    entry->~Entry();
    ::operator delete(entry);
  }
};

TokenCache::TokenCache(CacheBudget& budget, std::uint64_t seed) : budget_(budget), seed_(seed | 1) {}

TokenCache::~TokenCache() {
  for (const Slot& slot : slots_) {
    if (slot.entry) Entry::destroy(slot.entry);
  }
  account(-static_cast<std::ptrdiff_t>(bytes_));
  budget_.tokens.fetch_sub(count_, std::memory_order_relaxed);
}

/// The tag comes from the end of the signature, which is random, and the bearer's choice in no way that matters: only
/// what was verified gets in. The seed keeps even those who hold many tokens from choosing some that collide.
std::uint32_t TokenCache::tag(std::string_view token) const noexcept {
  std::uint64_t a = 0;
  std::uint64_t b = 0;
  std::memcpy(&a, token.data() + token.size() - kTail, sizeof a);
  std::memcpy(&b, token.data() + token.size() - kTail + sizeof a, sizeof b);
  return static_cast<std::uint32_t>((std::rotl(a * seed_, 32) ^ b) * seed_ >> 32);
}

TokenCache::Slot* TokenCache::locate(std::string_view token) noexcept {
  if (slots_.empty() || token.size() < kTail) return nullptr;
  const std::uint32_t wanted = tag(token);
  for (std::size_t at = home(wanted); slots_[at].entry; at = next(at)) {
    Slot& slot = slots_[at];
    if (slot.tag != wanted || slot.size != token.size()) continue;
    fetch_ahead<kEntry>(slot.entry);
    fetch_ahead<kClaims>(slot.claims);
    if (std::memcmp(slot.entry->text(), token.data(), token.size()) == 0) return &slot;
  }
  return nullptr;
}

const TokenCache::Remembered* TokenCache::find(std::string_view token, std::uint64_t key_generation,
                                               Time now) noexcept {
  Slot* const slot = locate(token);
  if (!slot) return nullptr;
  const Lifetime& lifetime = slot->entry->lifetime;
  if (lifetime.key_generation != key_generation || now < lifetime.from || now >= lifetime.until)
    return nullptr;
  if (!slot->was_found) slot->was_found = true;
  return &slot->entry->remembered;
}

void TokenCache::insert(std::string_view token, const Remembered& remembered,
                        const Lifetime& lifetime) noexcept {
  if (token.size() < kTail || token.size() > kMaxSize) return;
  if (const Slot* const known = locate(token)) remove(static_cast<std::size_t>(known - slots_.data()));
  sweep(lifetime);
  if (budget_.limit == 0) return;
  const auto kept = remembered.verified.compacted();
  if (!kept) return;
  const std::size_t bytes = sizeof(Entry) + token.size() + json::footprint(*kept->claims_) + kOverhead;
  if (!make_room(bytes) || !has_free_slot()) return;
  Entry* const entry = Entry::make(token, {*kept, remembered.slot}, lifetime, bytes);
  if (!entry) return;
  place({entry, &*entry->remembered.verified.claims_, tag(token), static_cast<std::uint16_t>(token.size())});
  ++count_;
  budget_.tokens.fetch_add(1, std::memory_order_relaxed);
  account(static_cast<std::ptrdiff_t>(bytes));
}

/// Gives up tokens of this cache until `bytes` more are within its share and the guard's limit. False: not now.
bool TokenCache::make_room(std::size_t bytes) noexcept {
  const auto fits = [&] {
    const std::size_t sharers = std::max<std::size_t>(budget_.sharers.load(std::memory_order_relaxed), 1);
    return bytes_ + bytes <= budget_.limit / sharers &&
           budget_.used.load(std::memory_order_relaxed) + bytes <= budget_.limit;
  };
  for (int evicted = 0; !fits(); ++evicted) {
    if (count_ == 0 || evicted == kMostEvictions) return false;
    evict();
  }
  return true;
}

/// At most three quarters of the table are used, so that a search ends soon.
bool TokenCache::has_free_slot() noexcept {
  const auto is_sparse = [&] { return count_ < slots_.size() / 4 * 3; };
  if (is_sparse()) return true;
  const std::size_t size = std::max(slots_.size() * 2, kFirstSlots);
  const std::size_t more = (size - slots_.size()) * sizeof(Slot);
  if (!make_room(more)) {
    if (count_ > 0) evict();
    return is_sparse();
  }
  std::vector<Slot> old;
  try {
    old.resize(size);
  } catch (const std::bad_alloc&) {
    return false;
  }
  old.swap(slots_);
  shift_ = 32 - static_cast<unsigned>(std::countr_zero(size));
  hand_ = 0;
  for (const Slot& slot : old) {
    if (slot.entry) place(slot);
  }
  account(static_cast<std::ptrdiff_t>(more));
  return true;
}

void TokenCache::place(const Slot& slot) noexcept {
  std::size_t at = home(slot.tag);
  while (slots_[at].entry) at = next(at);
  slots_[at] = slot;
}

/// Closes the gap, so that no search stops at it: whoever stands behind it, and not at or behind its own home, moves up.
void TokenCache::remove(std::size_t at) noexcept {
  Entry* const entry = slots_[at].entry;
  account(-static_cast<std::ptrdiff_t>(entry->bytes));
  budget_.tokens.fetch_sub(1, std::memory_order_relaxed);
  --count_;
  Entry::destroy(entry);
  for (std::size_t from = next(at); slots_[from].entry; from = next(from)) {
    const std::size_t mask = slots_.size() - 1;
    const std::size_t distance = (from - home(slots_[from].tag)) & mask;
    if (distance < ((from - at) & mask)) continue;
    slots_[at] = slots_[from];
    at = from;
  }
  slots_[at] = {};
}

/// Removes what can never be found again, in the next few slots: so the memory of tokens that died is given back by the
/// tokens that follow them.
void TokenCache::sweep(const Lifetime& newest) noexcept {
  for (int i = 0; i < kSwept && count_ > 0; ++i) {
    Entry* const entry = slots_[hand_].entry;
    const bool is_dead = entry && (entry->lifetime.key_generation != newest.key_generation ||
                                   entry->lifetime.until <= newest.from);
    if (is_dead) {
      remove(hand_);  // another may have moved up
    } else {
      hand_ = next(hand_);
    }
  }
}

/// The clock algorithm: the hand gives up the first token that was not found again since it last passed. Tokens that are
/// seen once make room for one another, and not at the cost of those that come back.
void TokenCache::evict() noexcept {
  for (;; hand_ = next(hand_)) {
    Slot& slot = slots_[hand_];
    if (slot.entry && !slot.was_found) return remove(hand_);
    slot.was_found = false;
  }
}

void TokenCache::account(std::ptrdiff_t bytes) noexcept {
  bytes_ += static_cast<std::size_t>(bytes);
  budget_.used.fetch_add(static_cast<std::size_t>(bytes), std::memory_order_relaxed);
}

}  // namespace signet::guard
