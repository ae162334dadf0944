#pragma once
/// What a session has to say and to store, in order, until it is committed: each event with the page it belongs to,
/// so that nobody sees an event before its page is durable.

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <vector>

#include "protocols/event.hpp"
#include "protocols/searching.hpp"
#include "protocols/storing.hpp"

namespace troupe {

/// A new letter, under an id of its own.
dead_letter make_dead_letter(std::string queue, const research_id& research, std::string subject,
                             std::uint32_t attempts, error why, timestamp at);

class outbox {
public:
  void say(event_data what, timestamp at);
  /// The event of a page, with the page.
  void say(event_data what, timestamp at, stored_page page);
  /// The event of a page that is stored already; its document joins the collections.
  void say(event_data what, timestamp at, document_id known, std::uint32_t passages);

  /// The event of a page that was given up for good, with its dead letter.
  void say(event_data what, timestamp at, dead_letter letter);

  [[nodiscard]] bool empty() const noexcept { return entries_.empty(); }
  [[nodiscard]] std::size_t pages() const noexcept { return pages_; }
  /// Documents that wait to join the collections.
  [[nodiscard]] std::size_t known() const noexcept { return known_; }
  [[nodiscard]] std::uint64_t bytes() const noexcept { return bytes_; }
  void clear();

  /// A batch for one commit, oldest first: at most `max_pages` pages, 1,000 known documents, 2,000 events and (one
  /// page excepted) `max_bytes` of text.
  struct batch {
    std::vector<event_data> events;
    std::vector<timestamp> at;
    std::vector<stored_page> pages;
    std::vector<document_id> known;
    std::uint32_t known_passages = 0;
    std::vector<dead_letter> dead;
  };
  batch take(std::size_t max_pages, std::uint64_t max_bytes);

private:
  struct entry {
    event_data what;
    timestamp at;
    std::optional<stored_page> page;
    std::optional<document_id> known;
    std::uint32_t known_passages = 0;
    std::optional<dead_letter> dead{};
  };
  std::deque<entry> entries_;
  std::size_t pages_ = 0;
  std::size_t known_ = 0;
  std::uint64_t bytes_ = 0;
};

} // namespace troupe
