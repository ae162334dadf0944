// The router's dealings with the extractors: least in hand first, another one when the first died of it.
#include "actors/scrape/scrape_state.hpp"

namespace troupe {

namespace {

constexpr std::uint32_t most_tries = 3;

} // namespace

void scrape_state::extract(extraction x) {
  auto worker = choice.take(x.failed_at);
  if (!worker) {
    x.reply.deliver(to_caf({errc::overloaded, "all extractors have their hands full", "Try again in a moment."}));
    return;
  }
  tell();
  auto wait = patience(x.msg.until);
  auto shared = std::make_shared<extraction>(std::move(x));
  self->request(extractors[*worker], wait, shared->msg)
    .then([this, worker, shared](extracted_page& page) { extracted(*worker, std::move(*shared), std::move(page)); },
          [this, worker, shared](caf::error& why) { extracted(*worker, std::move(*shared), std::move(why)); });
}

void scrape_state::extracted(std::size_t worker, extraction x, caf::expected<extracted_page> result) {
  choice.give_back(worker);
  tell();
  if (result) {
    x.reply.deliver(std::move(*result));
    return;
  }
  if (from_caf(result.error()).code != errc::unavailable) {
    x.reply.deliver(std::move(result.error()));
    return;
  }
  x.failed_at = worker;
  if (++x.tries < most_tries) {
    extract(std::move(x));
    return;
  }
  x.reply.deliver(
    to_caf({errc::unreadable, x.msg.url + " ended every extractor that read it", "Leave this page out."}));
}

void scrape_state::read_file(const fetch_page& msg, caf::typed_response_promise<page_read> reply) {
  extract_page request;
  request.url = msg.url;
  request.until = msg.until;
  request.roots = msg.roots;
  auto asked = std::chrono::steady_clock::now();
  auto inner = patience(msg.until);
  self->request(caf::actor{self}, inner, std::move(request))
    .then(
      [reply, asked, url = msg.url](extracted_page& page) mutable {
        page_read result;
        result.fetch.url = result.fetch.final_url = url;
        result.fetch.fetched_at = std::chrono::system_clock::now();
        result.fetch.media_type = std::move(page.media_type);
        result.fetch.raw_sha256 = std::move(page.raw_sha256);
        result.fetch.validator = std::move(page.validator);
        result.fetch.bytes = page.bytes;
        result.fetch.links = std::move(page.links);
        result.content = std::move(page.content);
        result.fetch.document = result.content.id;
        result.took = std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now() - asked);
        reply.deliver(std::move(result));
      },
      [reply](caf::error& why) mutable { reply.deliver(std::move(why)); });
}

void scrape_state::list(const list_files& msg, caf::typed_response_promise<file_list> reply) {
  auto worker = choice.take();
  if (!worker) {
    reply.deliver(to_caf({errc::overloaded, "all extractors have their hands full", "Try again in a moment."}));
    return;
  }
  auto finish = [this, worker] {
    choice.give_back(*worker);
    tell();
  };
  self->request(extractors[*worker], patience(msg.until), msg)
    .then(
      [finish, reply](file_list& x) mutable {
        finish();
        reply.deliver(std::move(x));
      },
      [finish, reply](caf::error& why) mutable {
        finish();
        reply.deliver(std::move(why));
      });
}

} // namespace troupe
