#pragma once
/// State of the scrape room's router; its handlers are in scrape_actor.cpp, the extractors' part in
/// scrape_extract_actor.cpp.

#include <map>
#include <optional>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/flow/pool_desk.hpp"
#include "actors/scrape/extractor_actor.hpp"
#include "actors/scrape/host_actor.hpp"
#include "actors/scrape/scrape_actor.hpp"

namespace troupe {

struct scrape_state {
  /// A page on its way through a host owner, or a file (no authority) on its way through an extractor.
  struct routed_page {
    follow_page msg;
    caf::typed_response_promise<page_read> reply;
    std::string authority;
    std::uint32_t tries = 0;
  };
  struct host_entry {
    caf::actor owner;                   ///< invalid while it is being started
    std::vector<std::uint64_t> waiting; ///< pages for it, by id
  };
  using extractor_desk = pool_desk<extraction_task, extraction_answer>;
  using extraction_reply = std::function<void(expected<extracted_page>)>;

  // -- given at spawn
  caf::event_based_actor* self = nullptr;
  caf::actor supervisor;
  scrape_parts parts;
  scrape_options options;
  figures_ptr figures;

  // -- hosts
  std::unordered_map<std::string, host_entry> hosts;
  std::map<std::uint64_t, routed_page> pages;
  std::uint64_t next_page = 0;

  // -- extractors
  extractor_desk fast;
  extractor_desk heavy; ///< for large documents
  bool ticking = false;
  std::map<std::pair<std::string, std::string>, std::size_t> listing; ///< token and path of folders being listed

  void read(follow_page msg, caf::typed_response_promise<page_read> reply);
  void route(std::uint64_t id);
  void start_host(const std::string& authority, const std::string& url);
  void host_started(const std::string& authority, const caf::actor& owner);
  void host_not_started(const std::string& authority, const caf::error& why);
  void ask_host(std::uint64_t id, const caf::actor& owner);
  void host_failed(std::uint64_t id, const caf::actor& owner, caf::error why);
  void abort(const std::string& token);
  void stop(const error& why);

  /// Where a page is, for somebody who waits for it.
  void find(const find_page& msg, caf::typed_response_promise<page_standing> reply);

  void open_pools();
  void read_file(std::uint64_t id);
  void extract(extract_page work, extraction_reply reply);
  void extract_heavy(std::shared_ptr<const extraction_task> work, extraction_reply reply);
  void offer(const offer_work& x, const work_source_actor& from);
  extractor_desk& pool_of(worker_number worker) { return worker < parts.extractors.size() ? fast : heavy; }
  void list(list_files msg, caf::typed_response_promise<file_list> reply);
  void tick();
  /// After every change.
  void settle();
  void tell();
};

/// A request's time-out from its deadline, with a little more than it says: the one who is asked keeps the deadline.
inline std::chrono::milliseconds patience(const deadline& until) {
  auto left = std::chrono::duration_cast<std::chrono::milliseconds>(until.left());
  return std::clamp(left, std::chrono::milliseconds{1}, std::chrono::milliseconds{3600000}) + std::chrono::seconds{3};
}

} // namespace troupe
