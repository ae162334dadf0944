// The console's files, and the pages for browsers without JavaScript: /research and /research/{id}.
#include "actors/research/render.hpp"
#include "gateway/api/services.hpp"
#include "gateway/console/files.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

constexpr const char* page_policy = "default-src 'none'; script-src 'self'; style-src 'self'; connect-src 'self'; "
                                    "img-src 'self' data:; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";
constexpr const char* plain_policy =
  "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'";

net::awaitable<response> file(const console_file& f, const request& r) {
  response done;
  if (r.header("If-None-Match").find(f.etag) != std::string_view::npos)
    done.status = 304;
  else
    done = text_response(std::string{f.bytes}, std::string{f.content_type});
  done.set("ETag", std::string{f.etag});
  done.set("Cache-Control", "no-cache"); // ask each time, answered 304: a new binary shows at once
  done.set("Content-Security-Policy", page_policy);
  co_return done;
}

response page(const std::string& title, const std::string& body, bool again = false) {
  auto r = text_response(
    "<!doctype html><html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" "
    "content=\"width=device-width,initial-scale=1\">"
      + std::string{again ? "<meta http-equiv=\"refresh\" content=\"3\">" : ""} + "<title>" + escape_html(title)
      + "</title><style>body{font:17px/1.5 Georgia,serif;max-width:42rem;margin:2rem auto;padding:0 "
        "1rem;color-scheme:light dark}small{opacity:.7}</style>"
      + body + "</html>",
    "text/html; charset=utf-8");
  r.set("Content-Security-Policy", plain_policy);
  r.set("Cache-Control", "no-store");
  return r;
}

net::awaitable<response> list_page(services_ptr s, request& r) {
  list_research q;
  q.until = s->until();
  auto found = co_await ask(*s->bridge, std::move(q));
  if (!found)
    co_return problem(found.error(), r);
  std::string body = "<h1>Researches</h1><ul>";
  for (const auto& row : found->items)
    body += "<li><a href=\"/research/" + escape_html(row.id.value) + "\">"
            + escape_html(to_valid_utf8(row.request.question.substr(0, 300))) + "</a> <small>" + to_string(row.status)
            + "</small></li>";
  co_return page("Researches · Troupe", body + "</ul>");
}

net::awaitable<response> research_page(services_ptr s, request& r, path_arguments args) {
  auto id = research_in(args[0]);
  if (!id)
    co_return problem(id.error(), r);
  get_research q{*id, s->until()};
  auto row = co_await ask(*s->bridge, std::move(q));
  if (!row)
    co_return problem(row.error(), r);
  get_report g{*id, s->until()};
  auto answer = co_await ask(*s->bridge, std::move(g));
  if (answer) {
    auto done = text_response(render_html(*row, *answer, "/api/v1/research/" + id->value + "/sources/"),
                              "text/html; charset=utf-8");
    done.set("Content-Security-Policy", plain_policy);
    co_return done;
  }
  if (answer.error().code != errc::conflict && answer.error().code != errc::not_found)
    co_return problem(answer.error(), r);
  bool ended = is_final(row->status);
  std::string state = ended ? "This research ended without a report: " + std::string{to_string(row->status)} + ". "
                                + escape_html(row->failure.message)
                            : std::string{"This research is "} + to_string(row->status) + " ("
                                + to_string(row->progress.phase) + "). The page looks again by itself.";
  co_return page(to_valid_utf8(row->request.question.substr(0, 200)),
                 "<h1>" + escape_html(row->request.question) + "</h1><p>" + state + "</p>", !ended);
}

} // namespace

void add_console_routes(router& to, const services_ptr& s) {
  for (const auto& f : console_files())
    to.add(verb::get, std::string{f.path}, [&f](request& r, path_arguments) { return file(f, r); });
  to.add(verb::get, "/research", [s](request& r, path_arguments) { return list_page(s, r); });
  to.add(verb::get, "/research/{id}",
         [s](request& r, path_arguments args) { return research_page(s, r, std::move(args)); });
}

} // namespace troupe::gateway
