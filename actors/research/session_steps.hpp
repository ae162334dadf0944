#pragma once
/// What a session asks of the world and what comes back: requests are the protocol's own messages, numbered, so that
/// late and repeated answers are told apart from awaited ones.

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <map>
#include <string>
#include <type_traits>
#include <utility>
#include <variant>
#include <vector>

#include "actors/research/compose.hpp"
#include "protocols/fetching.hpp"
#include "protocols/searching.hpp"
#include "protocols/storing.hpp"
#include "protocols/working.hpp"

namespace troupe {

/// Both clocks at one moment: the steady one for deadlines, the wall for what is written down.
struct session_clock {
  std::chrono::steady_clock::time_point now{};
  timestamp wall{};
};

/// How a node runs its sessions.
struct session_options {
  std::chrono::seconds fresh_for{86400};     ///< a web snapshot younger than this is not fetched again
  bool allow_private = false;                ///< pages may be fetched from private networks
  std::uint32_t web_window = 8;              ///< pages of the web being read at the same time
  std::uint32_t file_window = 16;            ///< local files being read at the same time
  std::size_t commit_pages = 64;             ///< most pages in one commit; reading pauses at twice this
  std::uint64_t commit_bytes = 8u << 20;     ///< most text in one commit; reading pauses at twice this
  std::uint64_t unembedded_bytes = 8u << 20; ///< of text that waits to be embedded; reading pauses there
  std::uint64_t file_bytes = 2ull << 30;     ///< of local files a research may read
  std::uint32_t hits_a_question = 40;
  std::size_t documents_read = 20;          ///< most documents loaded for the answer
  std::chrono::seconds stall{30};           ///< a step without an answer for this long is given up
  std::chrono::seconds offer_again{5};      ///< to a pool that may have forgotten what waits here
  std::chrono::milliseconds event_gap{200}; ///< between two `progress` events
};

/// Names what this attempt asked of others. Not its id alone: what a node that lost its lease still gives up is not
/// that of the attempt which took over.
inline std::string work_token(const research_row& row) { return row.id.value + "#" + std::to_string(row.epoch.value); }

/// The session has ended; nothing more will be asked. `finished`: the ledger knows; otherwise the lease goes back.
struct end_session {
  bool finished = false;
  error why;
};

using session_request =
  std::variant<list_files, find_fetches, fetch_page, embed_document, commit_research, index_documents, search_passages,
               get_document, get_store_figures, compose_answer, find_page, offer_work, abort_fetches, end_session>;
using session_answer = std::variant<file_list, fetch_list, page_read, embedded_document, commit_ack, index_ack,
                                    search_hits, document, store_figures, composed_answer, page_standing>;

/// Where a message stands in `session_request`.
template <class Message>
constexpr std::size_t request_kind() {
  return []<class... Ts>(const std::variant<Ts...>*) {
    std::size_t at = 0;
    (void)((std::is_same_v<Message, Ts> || (++at, false)) || ...);
    return at;
  }(static_cast<const session_request*>(nullptr));
}

/// One thing to do. Answers name its `id`; what nobody waits for has none (0).
struct session_effect {
  std::uint64_t id = 0;
  session_request what;
};
using session_effects = std::vector<session_effect>;

/// A request that waits for its answer. `key`: what it is about (a url, a path, a document), `tag` the asker's own.
struct session_step {
  std::size_t kind = 0; ///< index of the request in `session_request`
  std::string key;
  std::uint64_t tag = 0;
  std::chrono::steady_clock::time_point until;
};

/// Requests under way, and the ones to send next.
class step_table {
public:
  /// To be sent, and waited for until `until` (which is also written into the message).
  template <class Message>
  std::uint64_t ask(Message what, deadline until, std::string key = {}, std::uint64_t tag = 0) {
    what.until = until;
    auto id = ++last_id_;
    session_request request{std::move(what)};
    waiting_.emplace(id, session_step{request.index(), std::move(key), tag, until.at});
    ++count_[request.index()];
    out_.push_back({id, std::move(request)});
    return id;
  }
  /// To be sent; nothing comes back.
  void tell(session_request what) { out_.push_back({0, std::move(what)}); }

  /// Ends a step. `false` when nobody waits for it (any more).
  bool close(std::uint64_t id, session_step& step) {
    auto it = waiting_.find(id);
    if (it == waiting_.end())
      return false;
    step = std::move(it->second);
    --count_[step.kind];
    waiting_.erase(it);
    return true;
  }
  template <class Message>
  [[nodiscard]] std::size_t waiting() const {
    return count_[request_kind<Message>()];
  }
  /// Ids of the steps whose time is over.
  [[nodiscard]] std::vector<std::uint64_t> overdue(std::chrono::steady_clock::time_point now) const {
    std::vector<std::uint64_t> ids;
    for (auto& [id, step] : waiting_)
      if (step.until <= now)
        ids.push_back(id);
    return ids;
  }
  /// Forgets the steps of gathering: their answers no longer matter.
  void abandon_reading() {
    drop({request_kind<list_files>(), request_kind<find_fetches>(), request_kind<fetch_page>(),
          request_kind<embed_document>(), request_kind<get_store_figures>(), request_kind<find_page>()});
  }
  /// Forgets every step but commits, whose outcome has to be known.
  void abandon() {
    abandon_reading();
    drop({request_kind<index_documents>(), request_kind<search_passages>(), request_kind<get_document>(),
          request_kind<compose_answer>()});
  }
  session_effects take() { return std::exchange(out_, {}); }

private:
  void drop(std::initializer_list<std::size_t> kinds) {
    auto dropped = [kinds](std::size_t kind) { return std::find(kinds.begin(), kinds.end(), kind) != kinds.end(); };
    std::erase_if(waiting_, [&](auto& entry) { return dropped(entry.second.kind); });
    std::erase_if(out_, [&](auto& x) { return x.id != 0 && dropped(x.what.index()); });
    for (auto kind : kinds)
      count_[kind] = 0;
  }

  std::uint64_t last_id_ = 0;
  std::map<std::uint64_t, session_step> waiting_;
  std::array<std::size_t, std::variant_size_v<session_request>> count_{};
  session_effects out_;
};

} // namespace troupe
