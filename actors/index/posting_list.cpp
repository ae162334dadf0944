#include "actors/index/posting_list.hpp"

#include <cstring>

#include "actors/index/snapshot_file.hpp"

namespace troupe {

namespace {

/// The number at `at`, which moves behind it.
inline std::uint32_t take_number(const std::uint8_t*& at) {
  std::uint32_t x = *at & 0x7FU;
  for (unsigned shift = 7; (*at++ & 0x80U) != 0; shift += 7)
    x |= (*at & 0x7FU) << shift;
  return x;
}

constexpr std::uint32_t widest = 0xffff;

} // namespace

void byte_tail::grow(std::uint32_t least) {
  capacity_ = std::max({least, capacity_ + capacity_ / 4, std::uint32_t{8}});
  auto bigger = std::make_unique_for_overwrite<std::uint8_t[]>(capacity_);
  if (size_ != 0)
    std::memcpy(bigger.get(), bytes_.get(), size_);
  bytes_ = std::move(bigger);
}

void byte_tail::append(std::span<const std::uint8_t> bytes) {
  if (bytes.empty())
    return;
  auto size = size_ + static_cast<std::uint32_t>(bytes.size());
  if (size > capacity_)
    grow(size);
  std::memcpy(bytes_.get() + size_, bytes.data(), bytes.size());
  size_ = size;
}

void posting_list::append(slot at, std::span<const std::uint32_t> positions, std::uint32_t length) {
  if (count_ != 0 && count_ % block_size == 0) {
    if (!full_)
      full_ = std::make_unique<std::vector<block>>();
    full_->push_back(open_);
    open_ = {};
  }
  auto before = count_ == 0 ? 0 : count_ % block_size == 0 ? full_->back().last : open_.last;
  auto frequency = static_cast<std::uint32_t>(positions.size());
  bytes_.push_number((at - before) << 1U | (frequency == 1 ? 1U : 0U));
  if (frequency != 1)
    bytes_.push_number(frequency);
  std::uint32_t last = 0;
  for (auto p : positions) {
    positions_.push_number(p - last);
    last = p;
  }
  open_.last = at;
  open_.bytes_end = bytes_.size();
  open_.positions_end = positions_.size();
  open_.most = std::max(open_.most, static_cast<std::uint16_t>(std::min(frequency, widest)));
  open_.shortest = std::min(open_.shortest, static_cast<std::uint16_t>(std::min(length, widest)));
  ++count_;
}

posting_list posting_list::without_dead(std::span<const std::uint32_t> lengths) const {
  posting_list kept;
  std::vector<std::uint32_t> places;
  for (cursor c{*this}; !c.ended(); c.next())
    if (lengths[c.at()] != 0) {
      c.positions(places);
      kept.append(c.at(), places, lengths[c.at()]);
    }
  return kept;
}

void posting_list::save(snapshot_writer& out) const {
  out.number(count_);
  out.number(dead_);
  out.list(bytes_.all());
  out.list(positions_.all());
  out.bytes(&open_, sizeof open_);
  out.list(full_ ? std::span<const block>{*full_} : std::span<const block>{});
}

posting_list posting_list::load(snapshot_reader& in) {
  posting_list result;
  result.count_ = in.number<std::uint32_t>();
  result.dead_ = in.number<std::uint32_t>();
  result.bytes_.append(in.list<std::uint8_t>());
  result.positions_.append(in.list<std::uint8_t>());
  in.bytes(&result.open_, sizeof result.open_);
  if (auto full = in.list<block>(); !full.empty())
    result.full_ = std::make_unique<std::vector<block>>(std::move(full));
  // The walk over a list relies on these.
  auto blocks = result.full_ ? result.full_->size() : 0;
  if (result.dead_ > result.count_ || blocks != (result.count_ == 0 ? 0 : (result.count_ - 1) / block_size)
      || result.open_.bytes_end != result.bytes_.size() || result.open_.positions_end != result.positions_.size())
    in.damaged();
  return in.good() ? std::move(result) : posting_list{};
}

posting_list::cursor::cursor(const posting_list& list)
  : list_(&list), bytes_(list.bytes_.all().data()), positions_(list.positions_.all().data()) {
  if (list.count_ != 0)
    read();
}

void posting_list::cursor::read() {
  auto delta = take_number(bytes_);
  frequency_ = (delta & 1U) != 0 ? 1 : take_number(bytes_);
  at_ += delta >> 1U;
}

void posting_list::cursor::enter(std::size_t block) {
  const auto& before = list_->nth(block - 1);
  bytes_ = list_->bytes_.all().data() + before.bytes_end;
  positions_ = list_->positions_.all().data() + before.positions_end;
  unread_ = 0;
  at_ = before.last;
  index_ = static_cast<std::uint32_t>(block * block_size);
  read();
}

void posting_list::cursor::seek(slot target) {
  if (ended() || at_ >= target)
    return;
  std::size_t here = index_ / block_size;
  if (here < list_->full_blocks() && list_->nth(here).last < target) {
    const auto& full = *list_->full_;
    auto found = std::partition_point(full.begin() + static_cast<std::ptrdiff_t>(here), full.end(),
                                      [target](const block& b) { return b.last < target; });
    enter(static_cast<std::size_t>(found - full.begin()));
  }
  while (!ended() && at_ < target)
    next();
}

void posting_list::cursor::positions(std::vector<std::uint32_t>& out) {
  out.clear();
  for (; unread_ > 0; --unread_)
    take_number(positions_);
  std::uint32_t at = 0;
  for (std::uint32_t i = 0; i < frequency_; ++i)
    out.push_back(at += take_number(positions_));
  unread_ -= frequency_; // wraps on purpose: `next` adds it again
}

} // namespace troupe
