#include <CLI/CLI.hpp>

#include "actors/scrape/extract/article_extractor.hpp"
#include "actors/scrape/extract/media_type.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/usage.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::cli {

namespace {

constexpr const char* purpose = R"(Extract the main text of a page: navigation, banners and scripts gone.

  curl -s https://example.org/post | troupe extract --url https://example.org/post
  troupe extract page.html --json | jq -r .title)";
constexpr const char* ending =
  R"(Prints Markdown, or with --json an object of title, byline, published, language, text and markdown.
HTML, Markdown, text, DOCX, EPUB, CSV, JSON and feeds are read, told apart by the file's name or its content; PDF files
are read by troupe ingest and troupe research. Nothing is fetched.
Exit status: 0 done, 1 nothing readable in it, 2 usage.)";
constexpr std::uint64_t largest_page = 64u << 20;

struct extract_arguments {
  std::filesystem::path file = "-";
  std::string address = "http://localhost/";
  bool json = false;
};

std::string as_json(const document& x) {
  json_writer out;
  out.begin_object()
    .field("title", x.title)
    .field("byline", x.byline)
    .field("published", x.published)
    .field("language", x.language)
    .field("text", x.text)
    .field("markdown", x.markdown)
    .end_object();
  return out.str();
}

exit_status run_extract(const extract_arguments& x) {
  auto base = parse_url(x.address);
  if (!base) {
    tell({errc::url_invalid, "--url is not an address: " + x.address,
          "Give the page's own address, such as https://example.org/page."});
    return exit_status::usage;
  }
  auto bytes = read_input(x.file, largest_page);
  if (!bytes)
    return tell_and_fail(bytes.error());
  auto page = extract_article(*bytes, media_type_of_name(x.file.filename().string()), *base);
  if (!page)
    return tell_and_fail(page.error());
  const auto& text = x.json ? as_json(page->content) : page->content.markdown;
  print(text + (text.ends_with("\n") ? "" : "\n"));
  return exit_status::done;
}

} // namespace

void add_extract(CLI::App& app, command_run& run) {
  auto x = std::make_shared<extract_arguments>();
  auto* command = app.add_subcommand("extract", "Extract the main text of a page");
  describe(*command, purpose, ending);
  command->add_option("FILE", x->file, "The page; - or nothing: standard input")->type_name("");
  command->add_option("--url", x->address, "The page's address, to resolve its links")->type_name("U");
  command->add_flag("--json", x->json, "Print an object instead of Markdown");
  command->callback([x, &run] { run = [x] { return run_extract(*x); }; });
}

} // namespace troupe::cli
