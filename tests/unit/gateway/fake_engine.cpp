#define CAF_SUITE fake_engine

#include "fake_engine.hpp"

#include <caf/scoped_actor.hpp>

#include "gateway/bridge_actor.hpp"
#include "protocols/actors/registration.hpp"

#include "caf/test/unit_test.hpp"

namespace troupe::gateway {

namespace {

using store_ptr = std::shared_ptr<fake_store>;

/// A handler of a message that is never meant for this part: noted and refused.
template <class Request, class Answer>
auto never(const store_ptr& store, const char* name) {
  return [=](const Request&) -> caf::result<Answer> {
    std::lock_guard guard{store->mutex};
    store->unplanned.emplace_back(name);
    return to_caf({errc::internal, std::string{"no test planned "} + name, ""});
  };
}

store_writer_actor::behavior_type writer(store_writer_actor::pointer, store_ptr store, event_log_actor log) {
  return {[=](const accept_research& x) -> caf::result<accepted_research> {
            std::lock_guard guard{store->mutex};
            if (store->full)
              return to_caf({errc::overloaded, "the ledger is full", "Try again later."});
            if (!x.idempotency_key.empty()) {
              auto [known, fresh] = store->keys.emplace(x.idempotency_key, std::pair{x.request_digest, x.id.value});
              if (!fresh && known->second.first != x.request_digest)
                return to_caf({errc::idempotency_mismatch, "the key was used with another body", "Use a new key."});
              if (!fresh)
                return accepted_research{store->rows[known->second.second], true};
            }
            research_row row;
            row.id = x.id;
            row.request = x.request;
            row.created_at = x.at;
            store->rows[x.id.value] = row;
            store->accepted.push_back(x);
            store->logs[x.id.value].push_back({x.id, event_seq{1}, x.at, "research.queued", "{}"});
            caf::anon_send(log, events_committed{x.id, event_seq{1}, false});
            return accepted_research{row, false};
          },
          never<claim_research, claimed_research>(store, "claim_research"),
          never<renew_leases, lease_report>(store, "renew_leases"),
          never<commit_research, commit_ack>(store, "commit_research"),
          [=](const cancel_research& x) -> caf::result<research_row> {
            std::lock_guard guard{store->mutex};
            ++store->cancels;
            auto row = store->rows.find(x.research.value);
            if (row == store->rows.end())
              return to_caf({errc::not_found, "there is no such research", ""});
            row->second.status = research_status::cancelled;
            return row->second;
          },
          [=](const settle_dead_letter& x) -> caf::result<settled_dead_letter> {
            std::lock_guard guard{store->mutex};
            auto place = std::find_if(store->dead.begin(), store->dead.end(), [&](auto& y) { return y.id == x.id; });
            if (place == store->dead.end())
              return to_caf({errc::not_found, "there is no such dead letter", ""});
            settled_dead_letter answer{*place, {}};
            store->dead.erase(place);
            if (x.requeue)
              answer.accepted.emplace_back().id = x.as;
            return answer;
          }};
}

template <class Map>
auto find_or_fail(const Map& map, const std::string& key, errc code) -> caf::result<typename Map::mapped_type> {
  auto i = map.find(key);
  if (i == map.end())
    return to_caf({code, "there is no such thing", "Ask for another."});
  return i->second;
}

event_page page_of(fake_store& store, const read_events& x) {
  event_page page;
  page.last = x.after;
  auto& log = store.logs[x.research.value];
  std::size_t bytes = 0;
  for (auto& e : log) {
    if (e.seq <= x.after)
      continue;
    bytes += e.data.size();
    if (page.events.size() >= x.limit || (bytes > x.max_bytes && !page.events.empty()))
      break;
    page.events.push_back(e);
    page.last = e.seq;
  }
  page.final = !log.empty() && page.last >= log.back().seq && is_final_event(log.back().type);
  return page;
}

store_reader_actor::behavior_type reader(store_reader_actor::pointer self, store_ptr store) {
  return {[=](const get_research& x) -> caf::result<research_row> {
            std::lock_guard guard{store->mutex};
            if (store->silent) {
              self->make_response_promise<research_row>(); // kept by nobody: no answer ever
              return caf::delegated<research_row>{};
            }
            return find_or_fail(store->rows, x.research.value, errc::not_found);
          },
          [=](const list_research& x) {
            std::lock_guard guard{store->mutex};
            research_list list;
            for (auto& [id, row] : store->rows)
              if (list.items.size() < x.limit)
                list.items.push_back(row);
            return list;
          },
          [=](const read_events& x) {
            std::lock_guard guard{store->mutex};
            ++store->reads;
            return page_of(*store, x);
          },
          [=](const get_report& x) {
            std::lock_guard guard{store->mutex};
            return find_or_fail(store->reports, x.research.value, errc::conflict);
          },
          [=](const list_dead_letters&) {
            std::lock_guard guard{store->mutex};
            return dead_letter_list{store->dead, {}};
          },
          [=](const get_document& x) {
            std::lock_guard guard{store->mutex};
            return find_or_fail(store->documents, x.document.value, errc::not_found);
          },
          never<find_fetches, fetch_list>(store, "find_fetches"),
          never<load_index, index_page>(store, "load_index"),
          [=](const get_store_figures&) {
            std::lock_guard guard{store->mutex};
            store_figures figures;
            figures.documents = store->documents.size();
            figures.collections.emplace_back("manuals", 3);
            return figures;
          }};
}

struct log_state {
  std::map<std::string, std::vector<event_subscriber_actor>> subscribers;
};

event_log_actor::behavior_type event_log(event_log_actor::stateful_pointer<log_state> self) {
  return {[=](const events_committed& x) {
            for (auto& s : self->state.subscribers[x.research.value])
              self->send(s, x);
          },
          [=](const subscribe_events& x, const event_subscriber_actor& who) {
            self->state.subscribers[x.research.value].push_back(who);
          },
          [=](const unsubscribe_events& x, const event_subscriber_actor&) {
            self->state.subscribers.erase(x.research.value);
          }};
}

index_actor::behavior_type index(index_actor::pointer, const store_ptr& store) {
  return {never<index_documents, index_ack>(store, "index_documents"), [](const search_passages& x) {
            search_hits found;
            found.hits.resize(1);
            found.hits[0].found.text = x.query;
            found.hits[0].score = 0.5;
            return found;
          }};
}

tree_snapshot small_tree() {
  tree_snapshot tree;
  tree.actors.resize(2);
  tree.actors[0].path = "node-1";
  tree.actors[0].state = actor_state::running;
  tree.actors[1].path = "node-1/store/writer";
  tree.actors[1].state = actor_state::running;
  tree.actors[1].restarts = 2;
  return tree;
}

caf::behavior root(caf::event_based_actor*, store_ptr store) {
  return {[=](const get_tree&) {
            std::lock_guard guard{store->mutex};
            ++store->looks;
            return store->tree;
          },
          [](const restart_child& x) -> caf::result<actor_info> {
            if (x.path != "node-1/store/writer")
              return to_caf({errc::not_found, "there is no such actor", "Look at the tree."});
            actor_info info;
            info.path = x.path;
            return info;
          }};
}

} // namespace

fake_config::fake_config() {
  register_messages(*this);
  set("scheduler.max-threads", 2);
}

fake_engine::fake_engine(gateway_options options) {
  doors.event_log = system.spawn(event_log);
  doors.writer = system.spawn(writer, store, doors.event_log);
  doors.reader = system.spawn(reader, store);
  doors.index = system.spawn(index, store);
  store->tree = small_tree();
  doors.root = system.spawn(root, store);
  bridge = spawn_bridge(system, doors, front);
  listener = *bind_listener("127.0.0.1:0");
  face = make_edge(std::move(options), front);
  if (!face->start(*listener))
    std::abort();
}

fake_engine::~fake_engine() {
  front->close();
  face.reset();
  for (const auto& a :
       {bridge, caf::actor_cast<caf::actor>(doors.event_log), caf::actor_cast<caf::actor>(doors.writer),
        caf::actor_cast<caf::actor>(doors.reader), caf::actor_cast<caf::actor>(doors.index), doors.root})
    caf::anon_send_exit(a, caf::exit_reason::kill);
  std::lock_guard guard{store->mutex};
  CAF_CHECK_EQUAL(store->unplanned, std::vector<std::string>{});
}

void fake_engine::await_bridge() {
  caf::scoped_actor self{system}; // it takes its messages in turn
  self->request(bridge, std::chrono::seconds{60}, events_committed{})
    .receive([] {}, [](const caf::error& x) { CAF_FAIL("the bridge does not answer: " << to_string(x)); });
}

void fake_engine::append(const std::string& id, const std::string& type, const std::string& data) {
  events_committed news;
  {
    std::lock_guard guard{store->mutex};
    auto& log = store->logs[id];
    log.push_back(
      {research_id{id}, event_seq{log.size() + 1}, timestamp{} + std::chrono::seconds{1700000000}, type, data});
    news = {research_id{id}, log.back().seq, is_final_event(type)};
  }
  caf::anon_send(doors.event_log, news);
}

std::string fake_engine::research_with(std::size_t events, bool ended) {
  auto id = make_research_id(std::chrono::system_clock::now()).value;
  {
    std::lock_guard guard{store->mutex};
    store->rows[id].id = research_id{id};
  }
  for (std::size_t i = 1; i <= events; ++i)
    append(id,
           ended && i == events ? "research.done"
           : i == 1             ? "research.queued"
                                : "page.fetched",
           "{\"n\":" + std::to_string(i) + "}");
  return id;
}

} // namespace troupe::gateway
