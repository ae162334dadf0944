// Message flow of a host owner:
//
//   router ──follow_page──▶ host ──http_fetch (robots.txt, once a day)──▶ egress
//                           host ──offer_work──▶ router ──grant_work──▶ host   (credit for the extraction)
//                           host ──http_fetch (at its pace)──▶ egress ──http_response──▶ host
//                           host ──extract_page──▶ router ──▶ extractor ──extracted_page──▶ host ──page_read──▶ router
//                           host ──follow_page (redirect to another host)──▶ router
#include "actors/scrape/host_actor.hpp"

#include "actors/egress/url.hpp"
#include "actors/scrape/host_state.hpp"
#include "actors/scrape/http_meaning.hpp"

namespace troupe {

namespace {

/// Host owner → itself: look again. The id tells whether it is still the alarm that counts.
struct host_alarm {
  std::uint64_t id = 0;
};

} // namespace

} // namespace troupe

CAF_ALLOW_UNSAFE_MESSAGE_TYPE(troupe::host_alarm)

namespace troupe {

namespace {

constexpr std::chrono::seconds grace{2}; // the one who is asked keeps the deadline; this only covers its loss
constexpr std::uint64_t max_robots_bytes = 8ull << 20;

} // namespace

void host_state::accept(follow_page msg, promise reply) {
  used = now();
  if (lender != msg.router)
    self->monitor(msg.router);
  if (adopt(msg, reply))
    return;
  host_page page{msg.page.url, msg.page.token, used + msg.page.until.left(), msg.page.allow_private, msg.page.priority};
  auto ticket = policy->add(std::move(page), used);
  if (!ticket) {
    reply.deliver(to_caf(ticket.error()));
    return;
  }
  lender = msg.router;
  jobs.emplace(*ticket, job{std::move(msg), std::move(reply)});
  pump();
}

/// A page that is under way for a router that ended is asked for again by the next: it is not fetched twice.
bool host_state::adopt(follow_page& msg, promise& reply) {
  for (auto& [ticket, x] : jobs)
    if (x.msg.router != msg.router && x.msg.page.token == msg.page.token && x.msg.page.url == msg.page.url) {
      lender = x.msg.router = msg.router;
      x.reply = std::move(reply);
      return true;
    }
  return false;
}

/// Nobody waits for what it asked for. Pages in flight may find somebody who does; the others would take the turn of
/// those that are asked for again.
void host_state::router_left(const caf::actor_addr& router) {
  std::erase_if(jobs,
                [&](const auto& x) { return x.second.msg.router.address() == router && policy->forget(x.first); });
  pump();
}

void host_state::abort(const std::string& token) {
  policy->cancel(token);
  for (auto i = extracting.begin(); i != extracting.end();) {
    if (i->second.msg.page.token != token) {
      ++i;
      continue;
    }
    i->second.reply.deliver(to_caf({errc::cancelled, i->second.msg.asked + " is not wanted any more", {}}));
    i = extracting.erase(i);
  }
  pump();
}

void host_state::pump() {
  for (auto step = policy->next(now()); step.what != host_step::nothing; step = policy->next(now())) {
    if (step.what == host_step::ask_robots)
      ask_robots(step.ticket, step.allow_private);
    else
      fetch(step.ticket);
  }
  refuse_some();
  offer();
  schedule();
  auto waiting = policy->waiting();
  figures->queue.store(waiting, std::memory_order_relaxed);
  parts.fetched->wait(static_cast<std::int64_t>(waiting) - std::exchange(counted, static_cast<std::int64_t>(waiting)));
  figures->status(policy->describe(now()));
}

void host_state::refuse_some() {
  for (auto& [ticket, why] : policy->take_refused()) {
    auto found = jobs.find(ticket);
    if (found == jobs.end())
      continue;
    parts.fetched->ended(why.code, {});
    found->second.reply.deliver(to_caf(why));
    jobs.erase(found);
  }
}

/// One alarm is pending at most, the earliest; a later one is set when it rings.
void host_state::schedule() {
  auto at = now() + options.host_idle;
  if (auto wake = policy->wake(now()))
    at = std::min(at, *wake);
  if (offered > 0)
    at = std::min(at, offered_at + options.offer_again);
  bool pending = alarm != host_clock::time_point{};
  if (pending && alarm <= at)
    return;
  alarm = at;
  self->delayed_send(self, at - now(), host_alarm{++alarm_id});
}

void host_state::tick(std::uint64_t id) {
  if (id != alarm_id)
    return;
  alarm = {};
  // While it has to wait it stays, to remember it.
  if (policy->idle() && extracting.empty() && now() >= used + options.host_idle && !policy->paused(now())) {
    self->quit();
    return;
  }
  pump();
}

void host_state::stop(const error& why) {
  for (auto& [id, x] : extracting)
    x.reply.deliver(to_caf(why));
  for (auto& [ticket, x] : jobs)
    x.reply.deliver(to_caf(why));
  extracting.clear();
  jobs.clear();
  parts.fetched->wait(-std::exchange(counted, 0));
}

/// Says what it wants when that changed, and again while it waits: a router that restarted knows nothing of it.
void host_state::offer() {
  auto want = policy->demand(now());
  bool again = want.wanted > 0 && now() >= offered_at + options.offer_again;
  if (!lender || (want.wanted == offered && want.spare == 0 && !again))
    return;
  offered = want.wanted;
  offered_at = now();
  offer_work msg{"host/" + authority, work_queue::extract,      want.priority,
                 want.wanted,         want.wanted * page_bytes, want.spare};
  self->send(lender, std::move(msg), caf::actor_cast<work_source_actor>(caf::actor{self}));
}

void host_state::granted(const grant_work& x) {
  offered -= std::min(offered, x.items);
  policy->credit_granted(x.items, now() + x.until.left());
  pump();
}

page_standing host_state::standing(const find_page& x) const {
  auto is = [&](const job& y) { return y.msg.page.token == x.token && y.msg.asked == x.url; };
  for (const auto& [ticket, y] : jobs)
    if (is(y))
      return {true, policy->why_waiting(ticket, now())};
  // Unknown here, but known to the router who asks: it is on its way to us or back.
  return {true, {}};
}

void host_state::ask_robots(page_ticket waiting, bool allow_private) {
  http_fetch msg;
  auto target = parse_url(jobs.at(waiting).msg.page.url);
  msg.url = (target ? target->scheme : std::string{"http"}) + "://" + authority + "/robots.txt";
  msg.headers = {{"Accept", "text/plain, */*;q=0.1"}};
  msg.max_bytes = byte_count{max_robots_bytes};
  msg.allow_private = allow_private;
  msg.token = "robots/" + authority;
  msg.until = deadline::in(options.robots_timeout);
  self->request(parts.egress, options.robots_timeout + grace, std::move(msg))
    .then(
      [this](const http_response& x) {
        policy->robots_answered(x.status, x.body, options.user_agent_token, now());
        pump();
      },
      [this, allow_private](const caf::error& why) {
        policy->robots_failed(failure_of(why, authority), allow_private, now());
        pump();
      });
}

void host_state::fetch(page_ticket ticket) {
  auto& waiting = jobs.at(ticket);
  if (waiting.started == host_clock::time_point{})
    waiting.started = now();
  const auto& page = waiting.msg.page;
  http_fetch msg;
  msg.url = page.url;
  msg.headers = {{"Accept", "text/html, application/xhtml+xml, text/markdown;q=0.9, text/plain;q=0.9, "
                            "application/pdf;q=0.8, */*;q=0.1"}};
  if (!page.validator.empty())
    msg.headers.push_back(condition_of(page.validator));
  msg.max_bytes = byte_count{options.max_page_bytes};
  msg.max_redirects = 0; // each hop is checked against the robots.txt of where it leads
  msg.allow_private = page.allow_private;
  msg.media_types = readable_media_types();
  msg.token = page.token;
  msg.until = page.until.within(options.attempt_timeout);
  auto wait = std::max<host_clock::duration>(msg.until.left(), std::chrono::milliseconds{1}) + grace;
  self->request(parts.egress, wait, std::move(msg))
    .then([this, ticket](http_response& x) { ended(ticket, std::move(x)); },
          [this, ticket](caf::error& why) { ended(ticket, std::move(why)); });
}

namespace {

caf::behavior host(caf::stateful_actor<host_state>* self, std::string authority, bool private_host, scrape_parts parts,
                   scrape_options options, figures_ptr figures) {
  auto& state = self->state;
  state.self = self;
  state.authority = authority;
  state.parts = std::move(parts);
  state.options = options;
  state.figures = std::move(figures);
  state.used = state.now();
  host_limits limits;
  limits.connections = options.connections_per_host;
  limits.extracting = std::max(8u, 2 * options.connections_per_host);
  limits.need_credit = true;
  limits.public_delay = options.public_crawl_delay;
  limits.private_delay = options.private_crawl_delay;
  state.policy.emplace(authority, private_host, limits, std::hash<std::string>{}(authority));
  self->set_exit_handler([self](const caf::exit_msg& msg) {
    self->state.stop({errc::unavailable, self->state.authority + " is not read from any more", "Try again."});
    self->quit(msg.reason);
  });
  self->set_down_handler(
    [self](const caf::down_msg& msg) { self->state.router_left(caf::actor_cast<caf::actor_addr>(msg.source)); });
  state.schedule();
  return {
    [self](follow_page& msg) -> caf::result<page_read> {
      auto reply = self->make_response_promise<page_read>();
      self->state.accept(std::move(msg), reply);
      return reply;
    },
    [self](const abort_fetches& msg) { self->state.abort(msg.token); },
    [self](const grant_work& msg) { self->state.granted(msg); },
    [self](const find_page& msg) -> caf::result<page_standing> { return self->state.standing(msg); },
    [self](const host_alarm& msg) { self->state.tick(msg.id); },
  };
}

} // namespace

caf::actor spawn_host(const child_context& ctx, const std::string& authority, bool private_host,
                      const scrape_parts& parts, scrape_options options) {
  return ctx.spawn(host, authority, private_host, parts, std::move(options), ctx.figures);
}

} // namespace troupe
