// The worker around the extraction, on the deterministic scheduler.
#define CAF_SUITE extract_actor

#include <filesystem>
#include <fstream>

#include "actors/egress/url.hpp"
#include "actors/scrape/extractor_actor.hpp"

#include "tests/fixtures/deterministic_system.hpp"

using namespace troupe;

namespace {

struct fixture : deterministic_system {
  std::string folder = (std::filesystem::path{TROUPE_FIXTURES} / "extract").string();
  figures_ptr figures = std::make_shared<actor_figures>();
  caf::actor parent;
  extractor_actor worker;

  fixture() {
    auto start = [this](caf::event_based_actor* supervising) {
      child_context ctx;
      ctx.supervisor = supervising;
      ctx.path = "node/scrape/pool/extractor/0";
      ctx.figures = figures;
      worker = caf::actor_cast<extractor_actor>(spawn_extractor(ctx, {{folder}, {}}));
      return caf::behavior{[](int) {}};
    };
    parent = sys.spawn(start);
    run();
  }
  ~fixture() {
    caf::anon_send_exit(worker, caf::exit_reason::user_shutdown);
    caf::anon_send_exit(parent, caf::exit_reason::user_shutdown);
    run();
  }

  template <class Answer, class Request>
  expected<Answer> ask(Request x) {
    x.until = deadline::in(std::chrono::seconds{30});
    expected<Answer> result = fail(errc::internal, "no answer");
    auto pending = self->request(worker, caf::infinite, std::move(x));
    run();
    pending.receive([&](Answer& answer) { result = std::move(answer); },
                    [&](caf::error& e) { result = tl::make_unexpected(from_caf(e)); });
    return result;
  }
};

} // namespace

CAF_TEST_FIXTURE_SCOPE(extractor_tests, fixture)

CAF_TEST(bytes become a snapshot) {
  extract_page request;
  request.url = "https://example.org/a/";
  request.media_type = "text/html; charset=utf-8";
  request.body = "<title>A page</title><p>Some words that can be read, <a href='b'>and a link</a>.";
  auto page = ask<extracted_page>(request);
  CAF_REQUIRE(page);
  CAF_CHECK_EQUAL(page->content.title, "A page");
  CAF_CHECK_EQUAL(page->content.text, "Some words that can be read, and a link.");
  CAF_REQUIRE_EQUAL(page->links.size(), 1u);
  CAF_CHECK_EQUAL(page->links[0].url, "https://example.org/a/b");
  CAF_CHECK_EQUAL(page->bytes, request.body.size());
  CAF_CHECK_EQUAL(figures->messages.load(), 1u);
}

CAF_TEST(a failed page leaves the worker alive) {
  extract_page request;
  request.url = "https://example.org/a.png";
  request.media_type = "image/png";
  request.body = "\x89PNG\r\n";
  auto page = ask<extracted_page>(request);
  CAF_REQUIRE(!page);
  CAF_CHECK(page.error().code == errc::unsupported_media);
  CAF_CHECK(!page.error().message.empty());
  list_files list;
  list.path = folder;
  auto files = ask<file_list>(list);
  CAF_REQUIRE(files);
  CAF_CHECK(files->files.size() >= 5);
  list.path = "/etc";
  CAF_CHECK(ask<file_list>(list).error().code == errc::path_not_allowed);
  CAF_CHECK_EQUAL(figures->status(), "1 read · 2 failed");
}

CAF_TEST(what is granted to a research is read for it alone) {
  auto outside = std::filesystem::path{TROUPE_FIXTURES} / "research" / "notes";
  list_files list;
  list.path = outside.string();
  CAF_CHECK(ask<file_list>(list).error().code == errc::path_not_allowed);
  list.roots = {outside.string()};
  auto files = ask<file_list>(list);
  CAF_REQUIRE(files);
  CAF_REQUIRE(!files->files.empty());
  extract_page request;
  request.url = files->files[0].url;
  CAF_CHECK(ask<extracted_page>(request).error().code == errc::path_not_allowed);
  request.roots = list.roots;
  CAF_CHECK(ask<extracted_page>(request));
  list.roots.clear();
  CAF_CHECK(ask<file_list>(list).error().code == errc::path_not_allowed);
}

CAF_TEST(a local page is read from its address) {
  extract_page request;
  request.url = file_url(folder + "/news.html");
  auto page = ask<extracted_page>(request);
  CAF_REQUIRE(page);
  CAF_CHECK_EQUAL(page->content.byline, "Ann Example");
  CAF_CHECK(!page->validator.empty());
  request.url = "file:///etc/passwd";
  CAF_CHECK(ask<extracted_page>(request).error().code == errc::path_not_allowed);
}

CAF_TEST_FIXTURE_SCOPE_END()
