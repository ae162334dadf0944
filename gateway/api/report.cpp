// /api/v1/research/{id}/report in three forms, and the texts it cites.
#include <array>
#include <charconv>

#include "actors/research/render.hpp"
#include "gateway/api/services.hpp"
#include "gateway/http/negotiate.hpp"
#include "protocols/json/research_json.hpp"

namespace troupe::gateway {

namespace {

constexpr std::array<std::string_view, 3> forms{"application/json", "text/markdown", "text/html"};

net::awaitable<response> report_as_html(services_ptr s, request& r, research_id id, const report& answer) {
  get_research q{id, s->until()};
  auto row = co_await ask(*s->bridge, std::move(q));
  if (!row)
    co_return problem(row.error(), r);
  auto page =
    text_response(render_html(*row, answer, "/api/v1/research/" + id.value + "/sources/"), "text/html; charset=utf-8");
  page.set(
    "Content-Security-Policy",
    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'");
  co_return page;
}

net::awaitable<response> read_report(services_ptr s, request& r, path_arguments args) {
  auto id = research_in(args[0]);
  if (!id)
    co_return problem(id.error(), r);
  auto form = choose_media(r.header("Accept"), forms);
  if (!form)
    co_return problem_response({errc::unsupported_media, "a report has none of the forms that are accepted",
                                "Accept application/json, text/markdown or text/html."},
                               r.id, 406);
  get_report q{*id, s->until()};
  auto answer = co_await ask(*s->bridge, std::move(q));
  if (!answer)
    co_return problem(answer.error(), r);
  response done;
  if (*form == 0)
    done = json_response(encode_report(*answer));
  else if (*form == 1)
    done = text_response(answer->markdown, "text/markdown; charset=utf-8");
  else
    done = co_await report_as_html(s, r, *id, *answer);
  done.set("Vary", "Accept");
  co_return done;
}

net::awaitable<response> source_text(services_ptr s, request& r, path_arguments args) {
  auto id = research_in(args[0]);
  if (!id)
    co_return problem(id.error(), r);
  get_report q{*id, s->until()};
  auto answer = co_await ask(*s->bridge, std::move(q));
  if (!answer)
    co_return problem(answer.error(), r);
  std::uint32_t n = 0;
  auto [end, failure] = std::from_chars(args[1].data(), args[1].data() + args[1].size(), n);
  const report_source* source = nullptr;
  if (failure == std::errc{} && end == args[1].data() + args[1].size())
    for (const auto& x : answer->sources)
      if (x.n == n)
        source = &x;
  if (source == nullptr)
    co_return problem({errc::not_found, "the report has no source of this number",
                       "Its sources are numbered from 1 to " + std::to_string(answer->sources.size()) + "."},
                      r);
  auto etag = "\"" + source->document.value + "\"";
  response done;
  if (r.header("If-None-Match") == etag) {
    done.status = 304;
  } else {
    get_document g{source->document, s->until()};
    auto found = co_await ask(*s->bridge, std::move(g));
    if (!found)
      co_return problem(found.error(), r);
    done = text_response(std::move(found->text), "text/plain; charset=utf-8");
  }
  done.set("ETag", etag);
  done.set("Cache-Control", "private, max-age=86400"); // content-addressed: it can't change
  co_return done;
}

} // namespace

void add_report_routes(router& to, const services_ptr& s) {
  to.add(verb::get, "/api/v1/research/{id}/report",
         [s](request& r, path_arguments args) { return read_report(s, r, std::move(args)); });
  to.add(verb::get, "/api/v1/research/{id}/sources/{n}/text",
         [s](request& r, path_arguments args) { return source_text(s, r, std::move(args)); });
}

} // namespace troupe::gateway
