#include "gateway/cli/list_pages.hpp"

#include "gateway/cli/interrupt.hpp"

namespace troupe::cli {

expected<std::size_t> for_each_page(engine_connection& engine, const std::string& path,
                                    const std::function<void(const list_page&)>& show) {
  std::size_t seen = 0;
  std::string after;
  do {
    http_call call;
    call.path = path + "?limit=100" + (after.empty() ? "" : "&after=" + url_encoded(after));
    auto answer = engine.with_server([&](const http_client& server) { return server.send(call); });
    if (!answer)
      return tl::make_unexpected(answer.error());
    json_document page;
    if (!page.parse(answer->body))
      return fail(errc::malformed_json, "the server's list is not JSON", "Check that --server is a troupe server.");
    auto items = page.root().items("items");
    show({answer->body, items});
    seen += items.size();
    auto next = page.root().text("next");
    if (next == after) // a server that repeats itself ends the list too
      break;
    after = std::move(next);
  } while (!after.empty() && interrupts() == 0);
  return seen;
}

} // namespace troupe::cli
