// Message flow of the scrape room (pages wait at their host until there is credit for their extraction):
//
//   session ──fetch_page──▶ router ──follow_page──▶ host/<authority> ──page_read──▶ router ──▶ session
//                           router ──add_child──▶ supervisor (the first page of a host)
//   host ──offer_work──▶ router ──grant_work──▶ host (fetches) ──extract_page──▶ router ──leased_work──▶ extractor
//   session ──offer_work──▶ router ──grant_work──▶ session ──fetch_page(file)──▶ router ──leased_work──▶ extractor
//   session ──list_files──▶ router ──leased_work──▶ extractor
//   session ──find_page──▶ router ──▶ host          (what a page waits for)
//   session ──abort_fetches──▶ router ──▶ every host, egress, the extractors' pools
#include "actors/scrape/scrape_actor.hpp"

#include "actors/egress/address_rules.hpp"
#include "actors/egress/url.hpp"
#include "actors/scrape/scrape_state.hpp"

namespace troupe {

namespace {

/// Router → itself: a host owner was gone, look for it again.
struct route_again {
  std::uint64_t id = 0;
};

/// Router → itself: the pools look at the time.
struct scrape_tick {};

constexpr std::uint32_t most_tries = 3;
constexpr std::chrono::milliseconds between_tries{50}; // for the supervisor to notice that a host owner ended

} // namespace

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::route_again)
CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::scrape_tick)

namespace troupe {

void scrape_state::read(follow_page msg, caf::typed_response_promise<page_read> reply) {
  auto target = parse_url(msg.page.url);
  bool file = target && target->scheme == "file";
  if (!target || (!file && target->scheme != "http" && target->scheme != "https")) {
    reply.deliver(to_caf({errc::url_invalid, msg.page.url + " is no web address", "Give an http:// or https:// one."}));
    return;
  }
  if (pages.size() >= options.max_pages) {
    reply.deliver(to_caf({errc::overloaded, "too many pages are being read", "Try again when some of them were."}));
    return;
  }
  auto id = next_page++;
  pages.emplace(id, routed_page{std::move(msg), std::move(reply), file ? std::string{} : target->authority()});
  if (file)
    read_file(id);
  else
    route(id);
}

void scrape_state::route(std::uint64_t id) {
  auto found = pages.find(id);
  if (found == pages.end())
    return;
  const auto& page = found->second;
  auto known = hosts.find(page.authority);
  if (known == hosts.end() && hosts.size() >= options.max_hosts) {
    auto reply = page.reply;
    pages.erase(found);
    reply.deliver(to_caf({errc::overloaded, "pages of too many hosts are being read", "Try again later."}));
    return;
  }
  if (known != hosts.end() && known->second.owner) {
    ask_host(id, known->second.owner);
    return;
  }
  hosts[page.authority].waiting.push_back(id); // at most `max_pages` in all
  if (known == hosts.end())
    start_host(page.authority, page.msg.page.url);
}

void scrape_state::start_host(const std::string& authority, const std::string& url) {
  // What the address rules refuse without being told otherwise is no host of the public internet.
  bool private_host = decide(url, egress_policy{}).verdict == egress_verdict::refuse;
  child_spec spec;
  spec.name = "host/" + authority;
  spec.restart = restart_when::temporary;
  spec.start = [authority, private_host, with = parts, settings = options](const child_context& ctx) {
    return spawn_host(ctx, authority, private_host, with, settings);
  };
  constexpr std::chrono::seconds wait{5};
  self->request(supervisor, wait, add_child{spec})
    .then([this, authority](const caf::actor& owner) { host_started(authority, owner); },
          [this, authority, name = spec.name, wait](const caf::error& why) {
            if (from_caf(why).code != errc::conflict) {
              host_not_started(authority, why);
              return;
            }
            // It outlived the router that started it.
            self->request(supervisor, wait, find_child{name})
              .then([this, authority](const caf::actor& owner) { host_started(authority, owner); },
                    [this, authority](const caf::error& x) { host_not_started(authority, x); });
          });
}

void scrape_state::host_started(const std::string& authority, const caf::actor& owner) {
  auto found = hosts.find(authority);
  if (found == hosts.end())
    return;
  found->second.owner = owner;
  for (auto id : std::exchange(found->second.waiting, {}))
    ask_host(id, owner);
  tell();
}

void scrape_state::host_not_started(const std::string& authority, const caf::error& why) {
  auto node = hosts.extract(authority);
  if (node.empty())
    return;
  for (auto id : node.mapped().waiting)
    host_failed(id, {}, why);
}

void scrape_state::ask_host(std::uint64_t id, const caf::actor& owner) {
  auto found = pages.find(id);
  if (found == pages.end())
    return;
  self->request(owner, patience(found->second.msg.page.until), found->second.msg)
    .then(
      [this, id](page_read& x) {
        if (auto node = pages.extract(id); !node.empty())
          node.mapped().reply.deliver(std::move(x));
        tell();
      },
      [this, id, owner](caf::error& why) { host_failed(id, owner, std::move(why)); });
}

/// An owner that ended (idle, restarted) is found or started again; every other error is the page's.
void scrape_state::host_failed(std::uint64_t id, const caf::actor& owner, caf::error why) {
  auto found = pages.find(id);
  if (found == pages.end())
    return;
  auto& page = found->second;
  bool gone = from_caf(why).code == errc::unavailable;
  if (gone && owner)
    if (auto host = hosts.find(page.authority); host != hosts.end() && host->second.owner == owner)
      hosts.erase(host);
  if (gone && ++page.tries < most_tries) {
    self->delayed_send(self, between_tries, route_again{id});
    return;
  }
  auto reply = page.reply;
  pages.erase(found);
  reply.deliver(std::move(why));
  tell();
}

void scrape_state::abort(const std::string& token) {
  abort_fetches msg{token};
  for (auto& [authority, host] : hosts)
    if (host.owner)
      self->send(host.owner, msg);
  self->send(parts.egress, msg);
  fast.cancel(token);
  heavy.cancel(token);
  // Those at a host are answered by it; the rest waits here.
  for (auto& [authority, host] : hosts)
    for (auto id : host.waiting)
      if (auto found = pages.find(id); found != pages.end() && found->second.msg.page.token == token) {
        found->second.reply.deliver(to_caf({errc::cancelled, found->second.msg.asked + " is not wanted any more", {}}));
        pages.erase(found);
      }
}

/// Whoever is asked for it answers for as long as the page is in here: `known`. The host owner says why it waits.
void scrape_state::find(const find_page& msg, caf::typed_response_promise<page_standing> reply) {
  caf::actor owner;
  page_standing standing;
  standing.known = listing.contains({msg.token, msg.url});
  for (const auto& [id, page] : pages) {
    if (page.msg.page.token != msg.token || page.msg.asked != msg.url)
      continue;
    standing.known = true;
    auto host = hosts.find(page.authority); // the last one counts: where redirects have led it
    owner = host == hosts.end() ? caf::actor{} : host->second.owner;
    if (page.authority.empty())
      standing.why = fast.pool().waiting() + heavy.pool().waiting() > 0 ? "waits for an extractor" : "";
    else if (!owner)
      standing.why = "waits for the owner of " + page.authority + " to start";
  }
  if (!owner) {
    reply.deliver(standing);
    return;
  }
  self->request(owner, patience(msg.until), msg)
    .then([reply](page_standing& x) mutable { reply.deliver(std::move(x)); },
          [reply, standing](caf::error&) mutable { reply.deliver(standing); });
}

void scrape_state::stop(const error& why) {
  fast.stop(why);
  heavy.stop(why);
  for (auto& [id, page] : std::exchange(pages, {}))
    page.reply.deliver(to_caf(why));
}

void scrape_state::tick() {
  ticking = false;
  fast.tick();
  heavy.tick();
  tell();
  settle();
}

void scrape_state::settle() {
  auto waiting = fast.pool().waiting() + heavy.pool().waiting();
  figures->queue.store(pages.size() + waiting, std::memory_order_relaxed);
  if (ticking || !(fast.needs_tick() || heavy.needs_tick()))
    return;
  ticking = true;
  self->delayed_send(self, pool_tick, scrape_tick{});
  tell();
}

void scrape_state::tell() {
  figures->status(how_many(hosts.size(), "host") + " · " + how_many(pages.size(), "page") + " under way · extract "
                  + fast.describe() + (parts.heavy.empty() ? std::string{} : " · heavy " + heavy.describe()));
}

namespace {

/// Ends with the router: nobody waits for an answer that it won't give.
void watch(caf::stateful_actor<scrape_state>* self) {
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    self->state.stop({errc::unavailable, "what reads pages is restarting", "Try again in a moment."});
    self->quit(msg.reason);
  });
  self->set_down_handler([self](const caf::down_msg& msg) {
    self->state.fast.down(msg);
    self->state.heavy.down(msg);
    self->state.settle();
  });
}

/// What the extractors' pools are told.
caf::message_handler pool_messages(caf::stateful_actor<scrape_state>* self) {
  return {
    [self](const offer_work& x, const work_source_actor& from) { self->state.offer(x, from); },
    [self](work_done<extraction_answer>& x) {
      self->state.pool_of(x.number).done(x);
      self->state.settle();
    },
    [self](const worker_ready& x) {
      self->state.pool_of(x.number).ready(x);
      self->state.settle();
    },
    [self](const scrape_tick&) { self->state.tick(); },
  };
}

caf::message_handler page_messages(caf::stateful_actor<scrape_state>* self) {
  return {
    [self](fetch_page& msg) -> caf::result<page_read> {
      auto reply = self->make_response_promise<page_read>();
      auto asked = msg.url;
      self->state.read({std::move(msg), std::move(asked), 0, self}, reply);
      return reply;
    },
    [self](follow_page& msg) -> caf::result<page_read> {
      auto reply = self->make_response_promise<page_read>();
      msg.router = self;
      self->state.read(std::move(msg), reply);
      return reply;
    },
    [self](extract_page& msg) -> caf::result<extracted_page> {
      auto reply = self->make_response_promise<extracted_page>();
      self->state.extract(std::move(msg), [reply](expected<extracted_page> x) mutable {
        if (x)
          reply.deliver(std::move(*x));
        else
          reply.deliver(to_caf(x.error()));
      });
      return reply;
    },
    [self](const find_page& msg) -> caf::result<page_standing> {
      auto reply = self->make_response_promise<page_standing>();
      self->state.find(msg, reply);
      return reply;
    },
    [self](list_files& msg) -> caf::result<file_list> {
      auto reply = self->make_response_promise<file_list>();
      self->state.list(std::move(msg), reply);
      return reply;
    },
    [self](const abort_fetches& msg) { self->state.abort(msg.token); },
    [self](const route_again& msg) { self->state.route(msg.id); },
  };
}

caf::behavior scrape(caf::stateful_actor<scrape_state>* self, caf::actor supervisor, figures_ptr figures,
                     scrape_parts parts, scrape_options options) {
  auto& state = self->state;
  state.self = self;
  state.supervisor = std::move(supervisor);
  state.figures = std::move(figures);
  state.parts = std::move(parts);
  state.options = std::move(options);
  watch(self);
  state.open_pools();
  state.tell();
  state.settle();
  return page_messages(self).or_else(pool_messages(self));
}

} // namespace

caf::actor spawn_scrape(const child_context& ctx, scrape_parts parts, scrape_options options) {
  return ctx.spawn(scrape, ctx.supervisor_handle, ctx.figures, std::move(parts), std::move(options));
}

} // namespace troupe
