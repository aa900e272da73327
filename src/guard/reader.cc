#include "guard/reader.h"

#include <new>
#include <random>

namespace signet::guard {
namespace {

std::uint64_t next_id() noexcept {
  static std::atomic<std::uint64_t> last{0};
  return last.fetch_add(1, std::memory_order_relaxed) + 1;
}

std::uint64_t random_number() {
  std::random_device random;
  return std::uint64_t{random()} << 32 | random();
}

/// The guard that this thread asked last, and its reader of it: most threads only ever ask one.
struct Last {
  std::uint64_t id = 0;
  Reader* reader = nullptr;
};
constinit thread_local Last last;

}  // namespace

/// Seats are the readers that one thread has taken. A guard may go before the thread or after it: a seat holds on to
/// nothing, and one whose guard is gone is never asked for again, since no other guard has its number.
class Seats {
 public:
  ~Seats() {
    is_gone = true;
    last = {};
    for (const Seat& seat : seats_) {
      if (const auto readers = seat.readers.lock()) readers->give_back(seat.reader);
    }
  }

  /// Null when this thread's seats are gone: other thread-locals are being destroyed.
  static Seats* mine() noexcept {
    thread_local Seats seats;
    return is_gone ? nullptr : &seats;
  }

  [[nodiscard]] Reader* find_or_take(const std::shared_ptr<Readers>& readers) {
    for (const Seat& seat : seats_) {
      if (seat.id == readers->id_) return seat.reader;
    }
    std::erase_if(seats_, [](const Seat& seat) { return seat.readers.expired(); });
    seats_.reserve(seats_.size() + 1);
    Reader* const reader = readers->take();
    seats_.push_back({readers->id_, reader, readers});
    return reader;
  }

 private:
  struct Seat {
    std::uint64_t id;
    Reader* reader;
    std::weak_ptr<Readers> readers;
  };

  static constinit thread_local bool is_gone;
  std::vector<Seat> seats_;
};
constinit thread_local bool Seats::is_gone = false;

Readers::Readers(std::size_t cache_bytes) : id_(next_id()), seed_(random_number()), budget_(cache_bytes) {}

Reader* Readers::mine(const std::shared_ptr<Readers>& readers) noexcept {
  if (last.id == readers->id_) [[likely]]
    return last.reader;
  Seats* const seats = Seats::mine();
  if (!seats) return nullptr;
  try {
    last = {readers->id_, seats->find_or_take(readers)};
    return last.reader;
  } catch (const std::bad_alloc&) {
    return nullptr;
  }
}

Reader* Readers::take() {
  const std::lock_guard lock(mutex_);
  if (idle_.empty()) {
    all_.reserve(all_.size() + 1);
    idle_.reserve(all_.size() + 1);
    all_.push_back(std::make_unique<Reader>(budget_, seed_));
    idle_.push_back(all_.back().get());
  }
  Reader* const reader = idle_.back();
  idle_.pop_back();
  budget_.sharers.fetch_add(1, std::memory_order_relaxed);
  return reader;
}

void Readers::give_back(Reader* reader) noexcept {
  reader->rest();
  budget_.sharers.fetch_sub(1, std::memory_order_relaxed);
  const std::lock_guard lock(mutex_);
  idle_.push_back(reader);
}

}  // namespace signet::guard
