#pragma once
/// A small world for sessions: pages, files, a store, an index. Answers requests at once; remembers what was asked.

#include <algorithm>
#include <deque>
#include <functional>
#include <map>
#include <set>

#include "actors/embed/chunker.hpp"
#include "actors/research/digest.hpp"
#include "actors/research/session_machine.hpp"
#include "actors/research/words.hpp"
#include "actors/scrape/extract/simhash.hpp"
#include "protocols/json/event_json.hpp"

namespace troupe::research_tests {

struct fake_page {
  std::string text;
  std::string title;
  std::vector<std::string> links;
  errc failure = errc::none;
};

inline document as_document(const fake_page& x) {
  document d;
  d.text = x.text;
  d.title = x.title;
  d.language = "en";
  d.id = document_id{snapshot_digest(x.text)};
  return d;
}

/// A pool with room for so many pieces: grants what is offered, counts what comes.
struct fake_pool {
  std::uint32_t room = 2;
  std::uint32_t offered = 0;
  std::uint32_t granted = 0;   ///< and neither submitted nor returned
  std::uint32_t submitted = 0; ///< and unanswered
  std::uint32_t offers = 0;    ///< messages
  std::uint32_t uncovered = 0; ///< submitted without a grant
  bool forgets = false;        ///< offers are lost

  void offer(const offer_work& x) {
    ++offers;
    granted -= std::min(granted, x.returned);
    offered = forgets ? 0 : x.items;
  }
  void submit() {
    uncovered += granted == 0 ? 1 : 0;
    granted -= granted == 0 ? 0 : 1;
    ++submitted;
  }
  std::uint32_t grant() {
    auto used = granted + submitted;
    auto n = used < room ? std::min(room - used, offered) : 0;
    offered -= n;
    granted += n;
    return n;
  }
};

struct fake_world {
  // -- the world ------------------------------------------------------------------------------------------------------
  std::map<std::string, fake_page> pages;
  std::map<std::string, std::vector<std::string>> folders;
  timestamp wall = timestamp{} + std::chrono::hours{500000};

  // -- the store ------------------------------------------------------------------------------------------------------
  std::vector<event_record> log;
  std::map<std::string, fetch_record> fetches;
  double index_coverage = 1.0;
  std::size_t searches = 0;
  bool searched_whole = false; ///< the last search asked for it
  bool searched_varied = false;
  std::map<document_id, document> documents;
  std::map<document_id, std::set<std::string>> collections;
  research_status status = research_status::running;
  std::vector<report> reports;
  std::vector<dead_letter> dead;
  errc commit_failure = errc::none;
  std::vector<document_id> outdates; ///< by every commit
  std::vector<membership> leaves;

  // -- the index ------------------------------------------------------------------------------------------------------
  std::set<document_id> indexed;
  std::set<document_id> outdated;
  std::vector<membership> left;
  bool index_down = false;

  // -- the writers ----------------------------------------------------------------------------------------------------
  bool writers_die = false;
  std::size_t composed = 0;

  // -- the pools ------------------------------------------------------------------------------------------------------
  std::map<work_queue, fake_pool> pools;
  std::map<std::string, page_standing> standings; ///< of pages asked after; others are unknown
  bool every_page_known = false;
  std::vector<std::string> asked_after;
  std::set<std::string> hanging; ///< pages that never come
  std::set<std::string> excerpts;
  /// So often is what reads this page just restarting.
  std::map<std::string, std::uint32_t> restarts;
  std::set<std::string> poisonous; ///< texts of these pages end every embedder
  std::uint64_t most_bytes_waiting = 0;

  // -- what was asked -------------------------------------------------------------------------------------------------
  std::vector<std::string> fetched;
  std::vector<std::string> roots; ///< with the last listing
  std::set<std::string> opened;   ///< fetched with leave to read private networks
  std::size_t commits = 0;
  std::size_t most_in_flight = 0;
  bool aborted = false;
  std::vector<end_session> ends;
  /// Requests of this kind get no answer.
  std::set<std::size_t> silent;

  expected<session_answer> operator()(const list_files& x) {
    roots = x.roots;
    if (auto r = restarts.find(x.path); r != restarts.end() && r->second > 0) {
      --r->second;
      return fail(errc::unavailable, "what lists files is restarting", "");
    }
    auto it = folders.find(x.path);
    if (it == folders.end())
      return fail(errc::unreadable, "can't read " + x.path, "Give another folder.");
    file_list out;
    for (auto& url : it->second)
      out.files.push_back({url, "v" + std::to_string(pages[url].text.size())});
    return session_answer{out};
  }

  expected<session_answer> operator()(const find_fetches& x) {
    fetch_list out;
    for (auto& url : x.urls)
      if (fetches.contains(url)) {
        out.items.push_back(fetches[url]);
        if (!x.with_links)
          out.items.back().links.clear();
      }
    return session_answer{out};
  }

  expected<session_answer> operator()(const fetch_page& x) {
    fetched.push_back(x.url);
    if (x.allow_private)
      opened.insert(x.url);
    if (auto r = restarts.find(x.url); r != restarts.end() && r->second > 0) {
      --r->second;
      return fail(errc::unavailable, "what reads pages is restarting", "");
    }
    auto it = pages.find(x.url);
    if (it == pages.end())
      return fail(errc::http_status, "the server said 404", "");
    if (it->second.failure != errc::none)
      return fail(it->second.failure, "it failed", "");
    page_read out;
    out.content = as_document(it->second);
    out.fetch.url = out.fetch.final_url = x.url;
    out.fetch.fetched_at = wall;
    out.fetch.bytes = it->second.text.size();
    out.fetch.validator = "v" + std::to_string(it->second.text.size());
    out.fetch.document = out.content.id;
    out.nature.simhash = near_duplicate_key(out.content.text);
    out.nature.access = excerpts.contains(x.url) ? "excerpt" : "";
    for (auto& url : it->second.links)
      out.fetch.links.push_back({url, "vacuum", "about vacuum", false, true});
    return session_answer{out};
  }

  expected<session_answer> operator()(const find_page& x) {
    asked_after.push_back(x.url);
    if (every_page_known)
      return session_answer{page_standing{true, "its turn"}};
    auto it = standings.find(x.url);
    return session_answer{it == standings.end() ? page_standing{} : it->second};
  }

  expected<session_answer> operator()(const offer_work& x) {
    pools[x.queue].offer(x);
    if (x.queue == work_queue::embed)
      most_bytes_waiting = std::max(most_bytes_waiting, x.bytes);
    return fail(errc::internal, "not a request", "");
  }

  expected<session_answer> operator()(const embed_document& x) {
    if (poisonous.contains(x.content.title))
      return fail(errc::poisoned, "it was given up after 3 attempts", "");
    embedded_document out;
    out.document = x.content.id;
    out.model = "none";
    out.passages = chunk(x.content);
    out.embeddings.resize(out.passages.size());
    return session_answer{out};
  }

  expected<session_answer> operator()(const commit_research& x) {
    ++commits;
    if (commit_failure != errc::none)
      return fail(commit_failure, "the store refused", "");
    for (auto& page : x.pages) {
      documents[page.content.id] = page.content;
      fetches[page.fetch.url] = page.fetch;
      for (auto& c : x.collections)
        collections[page.content.id].insert(c.value);
    }
    for (auto& id : x.known)
      for (auto& c : x.collections)
        collections[id].insert(c.value);
    for (auto& event : x.events)
      log.push_back({x.research, event_seq{log.size() + 1}, event.at, event.type, event.data});
    dead.insert(dead.end(), x.dead.begin(), x.dead.end());
    status = x.status;
    for (auto& r : x.final_report)
      reports.push_back(r);
    return session_answer{commit_ack{event_seq{log.size()}, outdates, leaves}};
  }

  expected<session_answer> operator()(const index_documents& x) {
    if (index_down)
      return fail(errc::unavailable, "the index is not up", "");
    outdated.insert(x.outdated.begin(), x.outdated.end());
    left.insert(left.end(), x.left.begin(), x.left.end());
    for (auto& d : x.documents)
      indexed.insert(d.embedded.document);
    for (auto& id : x.known)
      indexed.insert(id);
    return session_answer{index_ack{indexed.size()}};
  }

  /// Passages by how many different words of the query they hold.
  expected<session_answer> operator()(const search_passages& x) {
    ++searches;
    if (index_down)
      return fail(errc::unavailable, "the index is not up", "");
    search_hits out;
    auto query = split_words(lower(x.query));
    for (auto& id : indexed) {
      auto& joined = collections[id];
      auto readable = x.collections.empty() || std::any_of(x.collections.begin(), x.collections.end(), [&](auto& c) {
                        return joined.contains(c.value);
                      });
      if (!readable)
        continue;
      for (auto& p : chunk(documents[id])) {
        auto text = lower(p.text);
        auto n = std::count_if(query.begin(), query.end(), [&](const std::string& w) {
          auto word = trim_punctuation(w);
          return word.size() > 2 && text.find(word) != std::string::npos;
        });
        if (n > 0)
          out.hits.push_back({id, p, url_of(id), documents[id].title, wall,
                              static_cast<double>(n) / static_cast<double>(query.size()), 0, 0});
      }
    }
    std::stable_sort(out.hits.begin(), out.hits.end(), [](auto& a, auto& b) { return a.score > b.score; });
    out.hits.resize(std::min<std::size_t>(out.hits.size(), x.k));
    out.coverage = index_coverage;
    out.documents = indexed.size();
    searched_whole = x.whole;
    searched_varied = x.varied;
    return session_answer{out};
  }

  expected<session_answer> operator()(const get_document& x) {
    if (!documents.contains(x.document))
      return fail(errc::not_found, "no such document", "");
    return session_answer{documents[x.document]};
  }

  expected<session_answer> operator()(const get_store_figures&) {
    store_figures out;
    std::map<std::string, std::uint64_t> sizes;
    for (auto& [id, joined] : collections)
      for (auto& name : joined)
        ++sizes[name];
    out.collections.assign(sizes.begin(), sizes.end());
    return session_answer{out};
  }

  expected<session_answer> operator()(const compose_answer& x) {
    ++composed;
    if (writers_die)
      return fail(errc::unavailable, "the receiver is gone", "");
    return session_answer{composed_answer{std::make_shared<const composition>(compose(*x.task))}};
  }

  expected<session_answer> operator()(const abort_fetches&) {
    aborted = true;
    return fail(errc::internal, "not a request", "");
  }
  expected<session_answer> operator()(const end_session& x) {
    ends.push_back(x);
    return fail(errc::internal, "not a request", "");
  }

  std::string url_of(const document_id& id) {
    for (auto& [url, x] : fetches)
      if (x.document == id)
        return url;
    return {};
  }
};

/// Drives one machine through a world in virtual time. `before` each effect is answered may intervene.
struct drive {
  fake_world& world;
  session_machine machine;
  session_clock at;
  std::deque<session_effect> todo;
  std::size_t steps = 0;
  std::function<void(drive&)> before = [](drive&) {};

  drive(fake_world& w, research_row row, session_options options = {})
    : world(w),
      machine(std::move(row), node_id{"node-1"}, folded(w), options), at{std::chrono::steady_clock::time_point{}
                                                                           + std::chrono::hours{1},
                                                                         w.wall} {
    for (auto& [queue, pool] : world.pools) // the session before this one has left
      pool.offered = pool.granted = pool.submitted = 0;
  }

  static session_log folded(const fake_world& w) {
    session_log log;
    for (auto& event : w.log)
      log.add(event);
    return log;
  }

  void take(session_effects effects) {
    for (auto& x : effects)
      todo.push_back(std::move(x));
    auto fetching =
      std::count_if(todo.begin(), todo.end(), [](auto& x) { return std::holds_alternative<fetch_page>(x.what); });
    world.most_in_flight = std::max(world.most_in_flight, static_cast<std::size_t>(fetching));
  }

  void advance(std::chrono::milliseconds d) {
    at.now += d;
    at.wall += d;
    world.wall += d;
  }

  /// Until the machine ends; at most an hour of its time.
  void run() {
    take(machine.start(at));
    while (!machine.ended() && steps < 100000) {
      if (todo.empty()) {
        advance(std::chrono::milliseconds{200});
        take(machine.tick(at));
        grant();
        ++steps;
        before(*this);
        continue;
      }
      step();
    }
    while (!todo.empty())
      step();
  }

  void step() {
    ++steps;
    auto effect = std::move(todo.front());
    todo.pop_front();
    auto* pool = pool_of(effect.what);
    if (pool != nullptr)
      pool->submit();
    auto* page = std::get_if<fetch_page>(&effect.what);
    if (world.silent.contains(effect.what.index()) || (page != nullptr && world.hanging.contains(page->url)))
      return before(*this);
    auto answer = std::visit(world, effect.what);
    before(*this);
    if (pool != nullptr)
      --pool->submitted;
    if (effect.id != 0)
      take(machine.answered(effect.id, std::move(answer), at));
    grant();
  }

  /// The pool that has to have granted this.
  fake_pool* pool_of(const session_request& what) {
    if (std::holds_alternative<embed_document>(what))
      return &world.pools[work_queue::embed];
    auto* page = std::get_if<fetch_page>(&what);
    return page != nullptr && page->url.starts_with("file:") ? &world.pools[work_queue::extract] : nullptr;
  }

  void grant() {
    for (auto& [queue, pool] : world.pools)
      if (auto n = pool.grant(); n > 0 && !machine.ended())
        take(machine.granted({queue, n, {}}, at));
  }
};

} // namespace troupe::research_tests
