#pragma once
/// Gathering: which pages to read, which of them are known already, and how many at the same time. Files of `paths` are
/// read wholly, pages of `urls` best first out of a frontier. Holds no page longer than until it is embedded.
///
/// It is a source of work: what waits to be read from disk or to be embedded is offered to the pools and goes there
/// under their grants only. Pages of the web are asked of their host's owner, who has the reading of them granted.

#include <cstdint>
#include <deque>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "actors/research/near_texts.hpp"
#include "actors/research/outbox.hpp"
#include "actors/research/session_log.hpp"
#include "actors/research/session_steps.hpp"
#include "actors/scrape/crawl_frontier.hpp"

namespace troupe {

/// What a part of the session works with: where requests and events go, and the time.
struct session_desk {
  step_table& steps;
  outbox& out;
  session_clock at;
  deadline gather_until; ///< nothing is read after it

  /// For steps that are answered at once unless something is wrong.
  [[nodiscard]] deadline within(std::chrono::steady_clock::duration d) const { return {at.now + d}; }
};

/// Not read, and that is no failure.
constexpr bool is_skip(errc code) noexcept {
  return code == errc::robots_disallowed || code == errc::content_empty || code == errc::unsupported_media;
}

class gathering {
public:
  gathering(const research_row& row, const session_options& options, const session_log& log);

  /// Asks for what can be asked for now. Called after each answer.
  void advance(session_desk& desk);

  // -- answers to its steps
  void listed(const session_step& step, const expected<file_list>& x, session_desk& desk);
  void found(const session_step& step, expected<fetch_list> x, session_desk& desk);
  void read(const session_step& step, expected<page_read> x, session_desk& desk);
  void embedded(const session_step& step, expected<embedded_document> x, session_desk& desk);
  void counted_collections(const expected<store_figures>& x, session_desk& desk);
  void found_page(const session_step& step, const expected<page_standing>& x, session_desk& desk);
  /// Credit of a pool: used at once or returned at once.
  void granted(const grant_work& x, session_desk& desk);

  /// The time is over: what is under way is forgotten, the pools have their credit back.
  void stop(session_desk& desk);
  [[nodiscard]] bool finished() const;
  [[nodiscard]] bool truncated() const noexcept { return truncated_; }

  // -- what came of it
  [[nodiscard]] std::uint32_t pages_found() const;
  [[nodiscard]] std::uint32_t pages_fetched() const noexcept { return fetched_; }
  [[nodiscard]] std::uint32_t pages_failed() const noexcept { return failed_; }
  [[nodiscard]] const std::set<document_id>& documents() const noexcept { return documents_; }
  /// Named collections that there are.
  [[nodiscard]] std::uint32_t collections_found() const noexcept { return collections_found_; }

  /// Why nothing was read, when all that was looked at failed or may not be read: the first failure, or else what the
  /// first page passed over says. Null when something was read or named collections are there.
  [[nodiscard]] const error* nothing_read() const;
  /// Why a path of the request could not be read, when one could not. Null otherwise.
  [[nodiscard]] const error* lost_source() const;

private:
  /// Tags of look-ups: which part of gathering asked.
  static constexpr std::uint64_t tag_web = 1u << 30;
  static constexpr std::uint64_t tag_rebuild = tag_web + 1;
  static constexpr std::uint64_t tag_passed_over = tag_web + 2;

  /// A local folder or file of the request.
  struct folder {
    std::string location;
    bool asked = false;
    std::vector<listed_file> files;
    std::size_t checked = 0; ///< files already looked up
    std::uint32_t known = 0;
    bool announced = false;
    std::optional<error> lost;  ///< why it could not be read
    std::uint32_t refusals = 0; ///< of its listing, by parts of the engine that were restarting
    std::chrono::steady_clock::time_point looked_after{}; ///< as of a page
  };
  /// A page on its way.
  struct page_work {
    std::string url;
    std::string validator;
    std::uint32_t depth = 0;
    bool web = false;
    fetch_record known;                                   ///< the stale snapshot, when there is one
    std::chrono::steady_clock::time_point looked_after{}; ///< when it was asked for, or last asked after
    std::uint32_t refusals = 0;                           ///< by parts of the engine that were restarting
  };
  /// What one pool knows of this session.
  struct offering {
    work_queue queue;
    std::uint32_t credit = 0;
    std::uint32_t known = 0; ///< told to it and not granted since
    std::chrono::steady_clock::time_point told{};
  };
  struct unembedded {
    page_work work;
    page_read read;
  };

  /// `queue`: of the pool that gave it up, when it is poison.
  void say_failed(const std::string& url, const error& why, session_desk& desk, const char* queue = "extract");
  void note_failure(const std::string& url, const error& why);
  void note_skip(const std::string& url, const error& why);
  void say_known(const page_work& work, const fetch_record& x, session_desk& desk);
  bool skip_near_duplicate(const page_work& work, const page_nature& nature, const document_id& id, session_desk& desk);
  void end_in_frontier(const page_work& work, std::uint64_t bytes, const std::string& final_url,
                       const std::vector<link>& links);
  void found_files(folder& where, const fetch_list& x, session_desk& desk);
  void found_web(const fetch_list& x, session_desk& desk);
  void rebuilt(const fetch_list& x);
  void announce(folder& where, session_desk& desk);
  void lose(folder& where, error why, session_desk& desk);
  void say_left_out(const folder& where, const file_list& x, session_desk& desk);
  void refuse_sources(session_desk& desk);
  void announce_collection(const std::string& name, std::uint64_t documents, session_desk& desk);
  void list_folders(session_desk& desk);
  void check_files(session_desk& desk);
  void rebuild(session_desk& desk);
  void check_web(session_desk& desk);
  void check_passed_over(session_desk& desk);
  void found_passed_over(const fetch_list& x, session_desk& desk);
  [[nodiscard]] bool is_fresh(const fetch_record& x, const session_desk& desk) const;
  // -- demand
  void fetch_pages(session_desk& desk);
  void read_files(session_desk& desk);
  void fetch(page_work work, session_desk& desk);
  void embed_waiting(session_desk& desk);
  void look_after_pages(session_desk& desk);
  void look_after(const std::string& what, session_desk& desk);
  bool ask_again(page_work& work, const error& why, session_desk& desk);
  bool may_ask_again(std::uint32_t& refusals, const error& why, const session_desk& desk);
  [[nodiscard]] std::size_t under_way() const noexcept {
    return fetching_.size() + unembedded_.size() + embedding_.size();
  }
  [[nodiscard]] std::uint32_t files_wanted(const session_desk& desk) const;
  void tell(offering& to, std::uint32_t items, std::uint64_t bytes, session_desk& desk);
  [[nodiscard]] bool has_room(const session_desk& desk) const;
  [[nodiscard]] bool already(const std::string& url) const { return ended_.contains(url); }

  const research_request request_;
  const research_id id_;
  const std::string token_; ///< of what is asked for
  const research_grant granted_;
  const session_options options_;
  std::set<std::pair<std::string, std::string>> announced_;

  // -- local files
  std::vector<folder> folders_;
  std::uint64_t file_bytes_ = 0;

  // -- the web
  std::optional<crawl_frontier> frontier_;
  std::map<std::string, std::string> seeds_; ///< canonical address to the one asked for
  std::vector<page_outcome> to_rebuild_;
  std::vector<std::string> to_rebuild_urls_;
  std::size_t rebuilt_ = 0;
  std::vector<crawl_candidate> checking_;
  bool checking_passed_over_ = false;

  // -- under way
  std::chrono::steady_clock::time_point rest_until_{}; ///< nothing is asked for: what reads pages is restarting
  std::chrono::milliseconds rest_{0};
  std::deque<page_work> to_fetch_; ///< from the web
  std::deque<page_work> to_read_;  ///< from disk
  std::unordered_map<std::string, page_work> fetching_;
  std::deque<unembedded> unembedded_; ///< wait for credit
  std::uint64_t unembedded_bytes_ = 0;
  std::unordered_map<std::string, unembedded> embedding_;
  offering files_{work_queue::extract, 0, 0, {}};
  offering texts_{work_queue::embed, 0, 0, {}};
  std::set<std::string> ended_;
  bool stopped_ = false;
  bool truncated_ = false;
  bool sources_refused_ = false;
  bool counting_ = false; ///< how many documents the named collections hold

  // -- counts
  std::set<document_id> documents_;
  near_texts texts_seen_; ///< of the web, read by this attempt and those before it
  std::uint32_t fetched_ = 0;
  std::uint32_t collections_found_ = 0;
  std::uint32_t collection_pages_ = 0;
  std::uint32_t failed_ = 0;
  std::optional<error> first_failure_;
  std::optional<error> first_skip_; ///< of a web page
};

} // namespace troupe
