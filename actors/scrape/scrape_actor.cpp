// Message flow of the scrape room:
//
//   session ──fetch_page──▶ router ──follow_page──▶ host/<authority> ──page_read──▶ router ──▶ session
//                           router ──add_child──▶ supervisor (the first page of a host)
//   host ──extract_page──▶ router ──▶ the extractor with the least in hand
//   session ──fetch_page(file), list_files──▶ router ──▶ an extractor
//   session ──abort_fetches──▶ router ──▶ every host, egress
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

constexpr std::uint32_t most_tries = 3;
constexpr std::chrono::milliseconds between_tries{50}; // for the supervisor to notice that a host owner ended

} // namespace

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::route_again)

namespace troupe {

void scrape_state::read(follow_page msg, caf::typed_response_promise<page_read> reply) {
  auto target = parse_url(msg.page.url);
  if (target && target->scheme == "file") {
    read_file(msg.page, std::move(reply));
    return;
  }
  if (!target || (target->scheme != "http" && target->scheme != "https")) {
    reply.deliver(to_caf({errc::url_invalid, msg.page.url + " is no web address", "Give an http:// or https:// one."}));
    return;
  }
  if (pages.size() >= options.max_pages) {
    reply.deliver(to_caf({errc::overloaded, "too many pages are being read", "Try again when some of them were."}));
    return;
  }
  auto id = next_page++;
  pages.emplace(id, routed_page{std::move(msg), std::move(reply), target->authority()});
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
  spec.start = [authority, private_host, out = egress, settings = options](const child_context& ctx) {
    return spawn_host(ctx, authority, private_host, out, settings);
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
  self->send(egress, msg);
  // Those at a host are answered by it; the rest waits here.
  for (auto& [authority, host] : hosts)
    for (auto id : host.waiting)
      if (auto found = pages.find(id); found != pages.end() && found->second.msg.page.research.value == token) {
        found->second.reply.deliver(to_caf({errc::cancelled, found->second.msg.asked + " is not wanted any more", {}}));
        pages.erase(found);
      }
}

void scrape_state::stop(const error& why) {
  for (auto& [id, page] : pages)
    page.reply.deliver(to_caf(why));
  pages.clear();
}

void scrape_state::tell() {
  figures->queue.store(pages.size() + choice.in_hand(), std::memory_order_relaxed);
  figures->status(how_many(hosts.size(), "host") + " · " + how_many(pages.size(), "page") + " under way · "
                  + std::to_string(choice.in_hand()) + " being extracted");
}

namespace {

caf::behavior scrape(caf::stateful_actor<scrape_state>* self, caf::actor supervisor, figures_ptr figures,
                     egress_actor egress, std::vector<extractor_actor> extractors, scrape_options options) {
  auto& state = self->state;
  state.self = self;
  state.supervisor = std::move(supervisor);
  state.figures = std::move(figures);
  state.egress = std::move(egress);
  state.choice = worker_choice{extractors.size()};
  state.extractors = std::move(extractors);
  state.options = std::move(options);
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    self->state.stop({errc::unavailable, "pages are not read any more, the node is stopping", "Try again."});
    self->quit(msg.reason);
  });
  state.tell();
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
      self->state.extract({std::move(msg), reply, 0, {}});
      return reply;
    },
    [self](const list_files& msg) -> caf::result<file_list> {
      auto reply = self->make_response_promise<file_list>();
      self->state.list(msg, reply);
      return reply;
    },
    [self](const abort_fetches& msg) { self->state.abort(msg.token); },
    [self](const route_again& msg) { self->state.route(msg.id); },
  };
}

} // namespace

caf::actor spawn_scrape(const child_context& ctx, egress_actor egress, std::vector<extractor_actor> extractors,
                        scrape_options options) {
  return ctx.spawn(scrape, ctx.supervisor_handle, ctx.figures, std::move(egress), std::move(extractors),
                   std::move(options));
}

} // namespace troupe
