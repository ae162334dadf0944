#include "gateway/cli/report_output.hpp"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fstream>

#include "actors/research/render.hpp"
#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/terminal.hpp"
#include "protocols/json/research_json.hpp"

namespace troupe::cli {

namespace {

expected<http_answer> get(const http_client& server, const std::string& path, const char* accept) {
  http_call call;
  call.path = path;
  call.accept = accept;
  return server.send(call);
}

const char* accept_of(report_form form) {
  switch (form) {
  case report_form::markdown:
    return "text/markdown";
  default:
    return "application/json";
  }
}

/// Made here of the report's data: for this terminal, or as a page that stands alone, without links to a server.
expected<std::string> rendered(const std::string& id, const std::string& question, std::string_view json,
                               report_form form) {
  auto answer = parse_report(json);
  if (!answer)
    return tl::make_unexpected(answer.error());
  research_row row;
  row.id = research_id{id};
  row.request.question = question;
  if (form == report_form::html)
    return render_html(row, *answer, {});
  auto where = terminal_of(1);
  return render_terminal(row, *answer, where.width, where.colour);
}

expected<void> put(const report_output& where, const std::string& text) {
  auto ending = text.empty() || text.back() != '\n' ? "\n" : "";
  if (where.file.empty()) {
    print((where.form == report_form::terminal ? "\n" : "") + text + ending);
    return {};
  }
  std::ofstream out{where.file, std::ios::binary | std::ios::trunc};
  out << text << ending;
  out.flush();
  if (!out)
    return fail(errc::unreadable, "can't write " + where.file.string() + ": " + std::strerror(errno),
                "Give another file with --out; troupe watch shows the research still.");
  return {};
}

/// What the last event says, in a few words, and its status.
struct ending_words {
  std::uint64_t elapsed_ms;

  std::pair<std::string, exit_status> operator()(const events::research_done& x) const {
    return {"done in " + duration_text(x.elapsed_ms), exit_status::done};
  }
  std::pair<std::string, exit_status> operator()(const events::research_partial& x) const {
    return {"partial after " + duration_text(x.elapsed_ms) + " (" + reason(x.reason, x.detail) + ")",
            exit_status::partial};
  }
  std::pair<std::string, exit_status> operator()(const events::research_cancelled& x) const {
    return {"cancelled after " + duration_text(x.elapsed_ms)
              + "; the pages read are kept, ask again to go on from them",
            exit_status::partial};
  }
  template <class T>
  std::pair<std::string, exit_status> operator()(const T&) const {
    return {"ended after " + duration_text(elapsed_ms), exit_status::failed};
  }

  static std::string reason(const std::string& code, const std::string& detail) {
    if (code == "deadline")
      return "time was up";
    if (code == "no_evidence")
      return "nothing read answers it";
    if (code == "budget")
      return "the budget was spent";
    return printable(detail.empty() ? code : detail);
  }
};

expected<std::string> fetch_report(const http_client& server, const std::string& id, const report_output& where) {
  auto self = "/api/v1/research/" + url_encoded(id);
  auto body = get(server, self + "/report", accept_of(where.form));
  if (!body)
    return tl::make_unexpected(body.error());
  if (where.form != report_form::terminal && where.form != report_form::html)
    return body->body;
  auto row = get(server, self, "application/json");
  if (!row)
    return tl::make_unexpected(row.error());
  json_document parsed;
  parsed.parse(row->body);
  return rendered(id, parsed.root().text("question"), body->body, where.form);
}

} // namespace

expected<report_output> open_output(const std::filesystem::path& file, const std::string& format) {
  report_output out{file, report_form::markdown};
  auto extension = file.extension().string();
  for (auto other : {".pdf", ".docx", ".odt", ".rtf", ".epub"})
    if (format.empty() && extension == other)
      return fail(errc::invalid_argument, "reports are not written as " + extension.substr(1),
                  "Give --out a name ending in .md, .html or .json, or say which with --format.");
  if (format == "html" || (format.empty() && (extension == ".html" || extension == ".htm")))
    out.form = report_form::html;
  else if (format == "json" || (format.empty() && extension == ".json"))
    out.form = report_form::json;
  else if (format.empty() && file.empty() && terminal_of(1).interactive)
    out.form = report_form::terminal;
  if (file.empty() && stdout_was_closed())
    return fail(errc::unreadable, "the output could not be written: stdout is closed",
                "Leave it open, or name a file with --out.");
  if (file.empty())
    return out;
  std::error_code failure;
  auto known = std::filesystem::exists(file, failure);
  if (!std::ofstream{file, std::ios::app})
    return fail(errc::unreadable, "can't write " + file.string() + ": " + std::strerror(errno),
                "Give a file you may write with --out.");
  if (!known) // a research that fails leaves no empty report behind
    std::filesystem::remove(file, failure);
  return out;
}

exit_status deliver_report(engine_connection& engine, const std::string& id, const research_end& ended,
                           const report_output& where) {
  if (!ended.last) {
    tell({errc::cancelled, "left before the research ended", "Follow it again with troupe watch " + id + "."});
    return exit_status::partial;
  }
  if (const auto* broken = std::get_if<events::research_failed>(&*ended.last))
    return tell_and_fail(broken->failure);
  auto [words, status] = std::visit(ending_words{ended.elapsed_ms}, *ended.last);
  auto text = engine.with_server([&](const http_client& server) { return fetch_report(server, id, where); });
  auto cancelled = std::holds_alternative<events::research_cancelled>(*ended.last);
  if (!text && !(cancelled && (text.error().code == errc::not_found || text.error().code == errc::conflict)))
    return tell_and_fail(text.error());
  if (text)
    if (auto done = put(where, *text); !done)
      return tell_and_fail(done.error());
  std::fprintf(stderr, "%s%s · %s · troupe watch %s shows how it was made\n",
               where.form == report_form::terminal ? "\n" : "", words.c_str(), id.c_str(), id.c_str());
  return status;
}

} // namespace troupe::cli
