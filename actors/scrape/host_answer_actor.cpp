// What becomes of an answer: a retry, a redirect, an error with its reason, or a page on its way to an extractor.
#include "actors/egress/url.hpp"
#include "actors/scrape/host_state.hpp"

namespace troupe {

namespace {

std::optional<std::chrono::seconds> asked_to_wait(const http_response& x) {
  return x.status == 429 || x.status == 503 ? retry_after(header_of(x, "retry-after"), std::chrono::system_clock::now())
                                            : std::nullopt;
}

host_outcome outcome_of(const caf::expected<http_response>& result) {
  host_outcome x;
  if (!result) {
    x.code = from_caf(result.error()).code;
    return x;
  }
  x.status = result->status;
  x.retry_after = asked_to_wait(*result);
  return x;
}

fetch_record record_of(const follow_page& msg, const http_response& response) {
  fetch_record x;
  x.url = msg.asked;
  x.final_url = msg.page.url;
  x.fetched_at = std::chrono::system_clock::now();
  x.status = response.status;
  x.validator = validator_of(response);
  return x;
}

} // namespace

error host_state::failure_of(const caf::error& why, const std::string& url) {
  auto x = from_caf(why);
  if (x.code == errc::unavailable)
    x = {errc::overloaded, "the way out to " + url + " is being restarted", "Try again in a moment."};
  else if (x.code == errc::deadline_exceeded && x.message.find(url) == x.message.npos)
    x = {errc::deadline_exceeded, url + " did not answer in time", "Give it more time."};
  return x;
}

void host_state::ended(page_ticket ticket, caf::expected<http_response> result) {
  switch (policy->fetched(ticket, outcome_of(result), now())) {
  case host_verdict::deliver: {
    auto node = jobs.extract(ticket);
    if (node.empty())
      break;
    auto x = std::move(node.mapped());
    auto outcome = outcome_of(result);
    auto code = outcome.status >= 400 ? errc::http_status : outcome.code;
    parts.fetched->ended(code, now() - x.started);
    if (result)
      answer(std::move(x), std::move(*result));
    else
      x.reply.deliver(to_caf(failure_of(result.error(), x.msg.page.url)));
    break;
  }
  case host_verdict::retry:
  case host_verdict::ignore:
    break;
  }
  pump();
}

void host_state::answer(job x, http_response response) {
  const auto& url = x.msg.page.url;
  auto type = header_of(response, "content-type");
  if (is_redirect_status(response.status) && !header_of(response, "location").empty()) {
    redirect(std::move(x), response);
  } else if (response.status == 304 && !x.msg.page.validator.empty()) {
    page_read result;
    result.fetch = record_of(x.msg, response);
    if (result.fetch.validator.empty())
      result.fetch.validator = x.msg.page.validator;
    result.unchanged = true;
    result.took = response.took;
    x.reply.deliver(std::move(result));
  } else if (response.status < 200 || response.status > 299) {
    auto why = status_error(url, response.status);
    if (auto wait = asked_to_wait(response))
      why.message += " and asks to be left alone for " + std::to_string(wait->count()) + " s";
    x.reply.deliver(to_caf(why));
  } else if (!readable_media(type)) {
    x.reply.deliver(to_caf({errc::unsupported_media, url + " is " + std::string{type.substr(0, type.find(';'))},
                            "HTML, plain text, Markdown and PDF are read."}));
  } else if (response.body.empty()) {
    x.reply.deliver(to_caf({errc::content_empty, url + " is empty", "Check the address in a browser."}));
  } else {
    extract(std::move(x), std::move(response));
  }
}

/// On this host the new address waits its turn; on another its owner decides, by its own robots.txt.
void host_state::redirect(job x, const http_response& response) {
  auto from = parse_url(x.msg.page.url);
  auto to = parse_url(header_of(response, "location"), from ? &*from : nullptr);
  if (!to || (to->scheme != "http" && to->scheme != "https")) {
    x.reply.deliver(to_caf({errc::url_invalid, x.msg.page.url + " redirects to what is no web address",
                            "Give the address of the page itself."}));
    return;
  }
  if (x.msg.hops + 1 > options.max_redirects) {
    x.reply.deliver(to_caf({errc::too_many_redirects,
                            x.msg.asked + " redirects more than " + std::to_string(options.max_redirects) + " times",
                            "Give the address of the page itself."}));
    return;
  }
  ++x.msg.hops;
  x.msg.page.url = canonical(*to);
  if (to->authority() == authority) {
    accept(std::move(x.msg), std::move(x.reply));
  } else {
    auto router = x.msg.router;
    x.reply.delegate(router, std::move(x.msg));
  }
}

void host_state::extract(job x, http_response response) {
  extract_page msg;
  msg.url = x.msg.page.url;
  msg.media_type = std::string{header_of(response, "content-type")};
  msg.body = std::move(response.body);
  msg.max_bytes = byte_count{options.max_page_bytes};
  msg.until = x.msg.page.until; // how long a worker may take is for its pool to say
  msg.token = x.msg.page.token;
  msg.source = "host/" + authority;
  msg.priority = x.msg.page.priority;
  page_bytes = (3 * page_bytes + msg.body.size()) / 4;
  auto wait = std::max<host_clock::duration>(msg.until.left(), std::chrono::milliseconds{1}) + std::chrono::seconds{2};
  auto record = record_of(x.msg, response);
  auto router = x.msg.router;
  auto id = next_extraction++;
  extracting.emplace(id, std::move(x));
  policy->extraction_began(now());
  auto finish = [this, id](auto deliver) {
    policy->extraction_ended();
    if (auto node = extracting.extract(id); !node.empty())
      deliver(node.mapped());
    pump();
  };
  self->request(router, wait, std::move(msg))
    .then(
      [finish, record, took = response.took](extracted_page& page) {
        finish([&](job& done) {
          page_read result;
          result.content = std::move(page.content);
          result.fetch = record;
          result.fetch.media_type = std::move(page.media_type);
          result.fetch.raw_sha256 = std::move(page.raw_sha256);
          result.fetch.bytes = page.bytes;
          result.fetch.document = result.content.id;
          result.fetch.links = std::move(page.links);
          result.took = took;
          result.nature = std::move(page.nature);
          done.reply.deliver(std::move(result));
        });
      },
      [finish](const caf::error& why) {
        finish([&](job& done) { done.reply.deliver(to_caf(failure_of(why, done.msg.page.url))); });
      });
}

} // namespace troupe
