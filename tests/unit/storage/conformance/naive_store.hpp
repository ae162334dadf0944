#pragma once
/// The ledger, its logs and collections as plain maps: what the real store must agree with, op by op.

#include <map>
#include <set>
#include <tuple>

#include "storage/rules.hpp"
#include "tests/unit/storage/store_fixture.hpp"

namespace troupe::storage_tests {

struct naive_store {
  struct research {
    research_row row;
    timestamp lease_until{};
    std::vector<event_record> log;
    std::size_t claimed = 0; ///< events when it was last claimed
    bool held = false;       ///< no claim has found it due yet
  };
  struct key {
    std::string digest;
    std::string research;
    timestamp at{};
  };
  std::uint32_t ledger_limit = 10;
  std::size_t turn = 0; ///< of the priority classes; starts again with the store
  std::map<std::string, research> ledger;
  std::map<std::string, key> keys;
  std::vector<dead_letter> letters;                     ///< those of a research set aside have no id until `learn_ids`
  std::map<std::string, std::set<std::string>> members; ///< document id → collections
  struct fetch {
    std::string url, document;
    timestamp at;
  };
  std::vector<fetch> fetches; ///< one an address and document, in the order in which they first came

  std::string newest(const std::string& url) const {
    const fetch* best = nullptr;
    for (const auto& f : fetches)
      if (f.url == url && (best == nullptr || f.at >= best->at))
        best = &f;
    return best == nullptr ? "" : best->document;
  }
  bool outdated(const std::string& document) const {
    auto has_address = false;
    for (const auto& f : fetches) {
      has_address = has_address || f.document == document;
      if (f.document == document && newest(f.url) == document)
        return false;
    }
    return has_address;
  }
  bool share_an_address(const std::string& a, const std::string& b) const {
    for (const auto& f : fetches)
      for (const auto& g : fetches)
        if (f.url == g.url && f.document == a && g.document == b)
          return true;
    return false;
  }
  /// Answers which documents it may have made outdated.
  std::set<std::string> fetched(const stored_page& x) {
    std::set<std::string> touched{x.content.id.value};
    if (auto before = newest(x.fetch.url); !before.empty())
      touched.insert(before);
    auto known = std::find_if(fetches.begin(), fetches.end(),
                              [&](auto& f) { return f.url == x.fetch.url && f.document == x.content.id.value; });
    if (known == fetches.end())
      fetches.push_back({x.fetch.url, x.content.id.value, x.fetch.fetched_at});
    else
      known->at = std::max(known->at, x.fetch.fetched_at);
    return touched;
  }
  /// Outdated members that share an address with one that joins leave a named collection.
  void make_room(const std::string& name, const std::set<std::string>& joining, commit_ack& to) {
    if (ledger.contains(name))
      return; // evidence
    for (auto& [id, names] : members) {
      auto shares = std::any_of(joining.begin(), joining.end(),
                                [&, &other = id](auto& x) { return x != other && share_an_address(x, other); });
      if (names.contains(name) && shares && outdated(id)) {
        names.erase(name);
        to.left.push_back({document_id{id}, collection_name{name}});
      }
    }
  }

  using answer = expected<write_answer>;

  /// Those that wait for a slot, or for their time.
  std::uint32_t queued(bool held) const {
    std::uint32_t n = 0;
    for (const auto& [id, x] : ledger)
      n += x.row.status == research_status::queued && x.held == held ? 1 : 0;
    return n;
  }

  static void append(research& x, const new_event& e) {
    x.log.push_back({x.row.id, event_seq{x.log.size() + 1}, e.at, e.type, e.data});
  }

  static void end_cancelled(research& x, timestamp when) {
    auto since = x.row.started_at == timestamp{} ? x.row.created_at : x.row.started_at;
    auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(when - since).count();
    append(x, make_event(when, events::research_cancelled{static_cast<std::uint64_t>(std::max<std::int64_t>(0, ms))}));
    ++x.row.epoch.value;
    x.row.status = research_status::cancelled;
    x.row.progress.phase = research_phase::ended;
    x.row.finished_at = when;
    x.row.cancel_requested = true;
  }

  static bool got_somewhere(const research& x) {
    static const std::set<std::string> openings{"research.queued", "research.started", "research.resumed",
                                                "plan.ready",      "source.found",     "progress"};
    return std::any_of(x.log.begin() + static_cast<std::ptrdiff_t>(x.claimed), x.log.end(),
                       [](auto& e) { return !openings.contains(e.type); });
  }
  /// An attempt ended of itself; whether the research is set aside for it.
  static bool crashed(research& x) {
    x.row.crashes = got_somewhere(x) ? 0 : x.row.crashes + 1;
    return x.row.crashes >= 2;
  }

  static auto place(const dead_letter& x) { return std::tie(x.research, x.queue, x.subject); }
  void bury(const dead_letter& x) {
    std::erase_if(letters, [&](auto& known) { return place(known) == place(x); });
    letters.push_back(x);
  }
  /// The store makes the ids of some letters: takes them from its list.
  void learn_ids(const std::vector<dead_letter>& stored) {
    for (auto& x : letters)
      for (const auto& y : stored)
        if (x.id.empty() && place(x) == place(y))
          x.id = y.id;
  }

  void quarantine(research& x, timestamp when) {
    x.row.status = research_status::failed;
    x.row.failure = storage::quarantine_reason();
    append(x, make_event(when, events::research_failed{x.row.failure}));
    ++x.row.epoch.value;
    x.row.progress.phase = research_phase::ended;
    x.row.finished_at = when;
    bury({"", "research", x.row.id, "", x.row.attempt, x.row.failure, when});
  }

  answer apply(const settle_dead_letter& x) {
    auto i = std::find_if(letters.begin(), letters.end(), [&](auto& letter) { return letter.id == x.id; });
    if (x.id.empty() || i == letters.end())
      return fail(errc::not_found, "");
    settled_dead_letter settled{*i, {}};
    if (x.requeue) {
      const auto& of = ledger.at(i->research.value).row;
      accept_research ask{x.as, of.request, "", "", x.at, {}, of.granted};
      ask.request.not_before = {};
      if (!i->subject.empty()) {
        ask.request.collections =
          of.request.kind == research_kind::ingest ? of.request.collections : std::vector{collection_name{of.id.value}};
        ask.request.kind = research_kind::ingest;
        ask.request.question = "";
        ask.request.urls = {i->subject};
        ask.request.depth = 0;
      }
      auto accepted = apply(ask);
      if (!accepted)
        return accepted;
      settled.accepted.push_back(std::get<accepted_research>(*accepted).row);
    }
    std::erase_if(letters, [&](auto& letter) { return letter.id == x.id; });
    return write_answer{settled};
  }

  answer apply(const accept_research& x) {
    if (!x.idempotency_key.empty()) {
      auto i = keys.find(x.idempotency_key);
      if (i != keys.end() && i->second.at > x.at - 24h)
        return i->second.digest == x.request_digest
                 ? answer{write_answer{accepted_research{ledger.at(i->second.research).row, true}}}
                 : answer{fail(errc::idempotency_mismatch, "")};
    }
    const auto held = x.request.not_before > x.at;
    if (queued(held) >= ledger_limit)
      return fail(errc::overloaded, "");
    if (ledger.contains(x.id.value))
      return fail(errc::conflict, "");
    auto& r = ledger[x.id.value];
    r.row.id = x.id;
    r.row.request = x.request;
    r.held = held;
    r.row.created_at = x.at;
    r.row.failure.code = errc::none;
    append(r, make_event(x.at, events::research_queued{x.request.question, x.request.priority}));
    if (!x.idempotency_key.empty())
      keys[x.idempotency_key] = {x.request_digest, x.id.value, x.at};
    return write_answer{accepted_research{r.row, false}};
  }

  /// The classes in turns; a turn that nobody can use is passed over.
  std::vector<research*> in_turn(std::vector<research*> open, std::size_t slots) {
    std::vector<research*> result;
    while (!open.empty() && result.size() < slots) {
      auto whose = "ISBISIBSIG"[turn++ % 10];
      auto i = std::find_if(open.begin(), open.end(), [&](auto* r) {
        return "ISBG"[static_cast<std::size_t>(r->row.request.priority)] == whose;
      });
      if (i == open.end())
        continue;
      result.push_back(*i);
      open.erase(i);
    }
    return result;
  }

  answer apply(const claim_research& x) {
    std::vector<research*> open;
    for (auto& [id, r] : ledger) {
      r.held = r.held && r.row.request.not_before > x.at;
      auto expired = r.row.status == research_status::running && r.lease_until <= x.at;
      if (expired && r.row.cancel_requested)
        end_cancelled(r, x.at);
      else if (expired || (r.row.status == research_status::queued && r.row.request.not_before <= x.at))
        open.push_back(&r);
    }
    std::stable_sort(open.begin(), open.end(), [](auto* a, auto* b) {
      return std::tie(a->row.created_at, a->row.id) < std::tie(b->row.created_at, b->row.id);
    });
    claimed_research claimed;
    for (auto* r : in_turn(open, x.slots)) {
      if (r->row.status == research_status::running && crashed(*r)) {
        quarantine(*r, x.at);
        continue;
      }
      r->claimed = r->log.size();
      r->row.status = research_status::running;
      ++r->row.attempt;
      ++r->row.epoch.value;
      r->row.node = x.node;
      r->lease_until = x.at + x.lease;
      if (r->row.started_at == timestamp{})
        r->row.started_at = x.at;
      claimed.rows.push_back(r->row);
    }
    claimed.backlog = queued(false);
    return write_answer{claimed};
  }

  answer apply(const renew_leases& x) {
    lease_report report;
    for (const auto& held : x.leases) {
      auto i = ledger.find(held.research.value);
      if (i == ledger.end() || i->second.row.status != research_status::running || i->second.row.epoch != held.epoch
          || i->second.row.node != x.node) {
        report.lost.push_back(held.research);
        continue;
      }
      auto& r = i->second;
      if (r.row.cancel_requested)
        report.cancelled.push_back(held.research);
      if (!x.release) {
        r.lease_until = x.at + x.lease;
      } else if (r.row.cancel_requested) {
        end_cancelled(r, x.at);
      } else if (held.crashed && crashed(r)) {
        quarantine(r, x.at);
      } else {
        if (got_somewhere(r))
          r.row.crashes = 0;
        r.row.status = research_status::queued;
        r.row.node = {};
      }
    }
    return write_answer{report};
  }

  answer apply(const commit_research& x) {
    auto i = ledger.find(x.research.value);
    if (i == ledger.end())
      return fail(errc::not_found, "");
    auto& r = i->second;
    if (r.row.status != research_status::running || r.row.epoch != x.epoch)
      return fail(errc::fenced, "");
    auto among_pages = [&](const document_id& id) {
      return std::any_of(x.pages.begin(), x.pages.end(), [&](auto& page) { return page.content.id == id; });
    };
    for (const auto& id : x.known)
      if (!members.contains(id.value) && !among_pages(id))
        return fail(errc::not_found, "");
    commit_ack ack;
    std::set<std::string> joining;
    std::set<std::string> touched;
    for (const auto& page : x.pages) {
      joining.insert(page.content.id.value);
      touched.merge(fetched(page));
    }
    for (const auto& id : x.known)
      joining.insert(id.value);
    for (const auto& id : touched)
      if (outdated(id))
        ack.outdated.emplace_back(id);
    for (const auto& name : x.collections) {
      for (const auto& id : joining)
        members[id].insert(name.value);
      make_room(name.value, joining, ack);
    }
    for (const auto& e : x.events)
      append(r, e);
    for (auto letter : x.dead) {
      letter.research = x.research;
      bury(letter);
    }
    r.row.progress = x.progress;
    if (is_final(x.status)) {
      r.row.status = x.status;
      r.row.progress.phase = research_phase::ended;
      r.row.finished_at = x.events.back().at;
    }
    ack.last = event_seq{r.log.size()};
    return write_answer{ack};
  }

  answer apply(const cancel_research& x) {
    auto i = ledger.find(x.research.value);
    if (i == ledger.end())
      return fail(errc::not_found, "");
    auto& r = i->second;
    if (r.row.status == research_status::queued || (r.row.status == research_status::running && r.lease_until <= x.at))
      end_cancelled(r, x.at);
    else if (r.row.status == research_status::running)
      r.row.cancel_requested = true;
    return write_answer{r.row};
  }
};

} // namespace troupe::storage_tests
