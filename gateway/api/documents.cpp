// /api/v1/documents: read into a collection, by address, path or upload; get one.
#include <boost/asio/co_spawn.hpp>
#include <boost/asio/thread_pool.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "gateway/api/paths.hpp"
#include "gateway/api/services.hpp"
#include "gateway/api/spool.hpp"
#include "protocols/json/reader.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::gateway {

namespace {

struct upload_form {
  std::string_view media;
  std::string_view extension;
};
/// A JSON document is sent as `text/json`: `application/json` is the request that names addresses and paths.
constexpr std::array<upload_form, 12> forms{
  {{"text/html", ".html"},
   {"application/xhtml+xml", ".xhtml"},
   {"text/markdown", ".md"},
   {"text/plain", ".txt"},
   {"text/x-rst", ".rst"},
   {"application/pdf", ".pdf"},
   {"application/vnd.openxmlformats-officedocument.wordprocessingml.document", ".docx"},
   {"application/epub+zip", ".epub"},
   {"text/csv", ".csv"},
   {"text/json", ".json"},
   {"application/rss+xml", ".rss"},
   {"application/atom+xml", ".atom"}}};

std::string known_forms() {
  std::string out;
  for (const auto& form : forms)
    out += std::string{form.media} + ", ";
  return out + "or application/json to name addresses and paths";
}

void read_ingest(field_reader& in, research_request& what) {
  what.kind = research_kind::ingest;
  what.depth = 0;
  std::string collection;
  in.only({"urls", "paths", "collection", "depth", "max_pages", "timeout_s"})
    .read("urls", what.urls, 1000, 4096)
    .read("paths", what.paths, 1000, 4096)
    .need("collection")
    .read("collection", collection, 256)
    .read("depth", what.depth, 0u, 20u)
    .read("max_pages", what.max_pages, 1u, 1000000u)
    .read("timeout_s", what.timeout_s, 1u, 86400u);
  if (in.ok() && what.urls.empty() && what.paths.empty())
    in.reject({errc::invalid_argument, "neither \"urls\" nor \"paths\" names anything to read",
               "Give one of them, or send the document itself as the body."});
  if (in.ok() && collection.empty())
    in.reject({errc::invalid_argument, "\"collection\" is empty", "Name the collection to read into."});
  what.question = "Read into " + collection;
  what.collections.emplace_back(std::move(collection));
}

/// File work happens on a thread of its own: the gateway's threads never wait for a disk.
net::thread_pool& disk() {
  static net::thread_pool pool{1};
  return pool;
}

net::awaitable<expected<std::string>> spool_on_disk(const services_ptr& s, std::string name, std::string_view bytes) {
  auto id = make_research_id(std::chrono::system_clock::now()).value;
  auto work = [](services_ptr keep, std::string folder, std::string file,
                 std::string_view body) -> net::awaitable<expected<std::string>> {
    co_return spool(keep->options.uploads, folder, file, body);
  };
  co_return co_await net::co_spawn(disk(), work(s, std::move(id), std::move(name), bytes), net::use_awaitable);
}

net::awaitable<expected<research_request>> upload(services_ptr s, request& r, upload_form form) {
  auto collection = r.parameter("collection").value_or("");
  if (collection.empty() || collection.size() > 256)
    co_return fail(errc::invalid_argument, "the parameter collection is missing or longer than 256 bytes",
                   "Name the collection to read into: ?collection=NAME.");
  if (!is_utf8(collection))
    co_return fail(errc::invalid_utf8, "the parameter collection is not UTF-8", "Encode it as UTF-8.");
  if (s->options.uploads.empty())
    co_return fail(errc::unavailable, "this server takes no uploads", "Use \"urls\" or \"paths\" instead.");
  if (r.body.empty())
    co_return fail(errc::content_empty, "the body is empty", "Send the document as the body.");
  auto name = safe_file_name(r.parameter("name").value_or(""), form.extension);
  auto path = co_await spool_on_disk(s, to_valid_utf8(name), r.body);
  if (!path)
    co_return tl::make_unexpected(path.error());
  research_request what;
  what.kind = research_kind::ingest;
  what.question = "Read " + name + " into " + collection;
  what.paths.push_back(std::move(*path));
  what.collections.emplace_back(std::move(collection));
  what.depth = 0;
  co_return what;
}

net::awaitable<expected<research_request>> ingest_request(services_ptr s, request& r) {
  auto media = r.header("Content-Type");
  media = media.substr(0, media.find_first_of("; \t"));
  for (const auto& form : forms)
    if (same_text(media, form.media))
      co_return co_await upload(s, r, form);
  if (auto json = check_json(r); !json)
    co_return fail(errc::unsupported_media, "documents of this media type can't be read",
                   "Send " + known_forms() + ".");
  if (r.body.size() > s->options.limits.json_bytes)
    co_return fail(errc::body_too_large, "the body is larger than a JSON body may be", "Send fewer addresses at once.");
  auto what = read_object<research_request>(r.body, read_ingest);
  if (what)
    for (const auto& path : what->paths)
      if (auto allowed = check_path(path, s->options.allow_paths); !allowed)
        co_return tl::make_unexpected(allowed.error());
  co_return what;
}

bool check_below(const std::string& path, const std::filesystem::path& spool_folder) {
  return !spool_folder.empty() && path.starts_with(spool_folder.string() + "/");
}

net::awaitable<response> ingest(services_ptr s, request& r) {
  auto what = co_await ingest_request(s, r);
  if (!what)
    co_return problem(what.error(), r);
  auto digest_of = std::string{r.target} + "\n" + r.body;
  auto uploaded = what->paths.size() == 1 && check_below(what->paths[0], s->options.uploads)
                    ? std::filesystem::path{what->paths[0]}.parent_path()
                    : std::filesystem::path{};
  auto accepted = co_await accept_into_ledger(*s, r, std::move(*what), digest_of);
  if (std::error_code ignored; !uploaded.empty() && (!accepted || accepted->existing))
    std::filesystem::remove_all(uploaded, ignored); // nobody will read it
  co_return accepted ? accepted_response(*accepted) : problem(accepted.error(), r);
}

net::awaitable<response> get(services_ptr s, request& r, path_arguments args) {
  if (!is_document_id(args[0]))
    co_return problem({errc::not_found, "there is no document of this id",
                       "A document's id is the SHA-256 of its text, in lower-case hexadecimal."},
                      r);
  get_document q{document_id{args[0]}, s->until()};
  auto found = co_await ask(*s->bridge, std::move(q));
  if (!found)
    co_return problem(found.error(), r);
  json_writer out;
  out.begin_object()
    .field("id", found->id.value)
    .field("title", found->title)
    .field("byline", found->byline)
    .field("published", found->published)
    .field("language", found->language)
    .field("bytes", static_cast<std::uint64_t>(found->text.size()))
    .field("text", found->text)
    .end_object();
  co_return json_response(out.str());
}

} // namespace

void add_document_routes(router& to, const services_ptr& s) {
  to.add(
      verb::post, "/api/v1/documents", [s](request& r, path_arguments) { return ingest(s, r); },
      s->options.limits.upload_bytes)
    .parameters = {"collection", "name"};
  to.add(verb::get, "/api/v1/documents/{id}",
         [s](request& r, path_arguments args) { return get(s, r, std::move(args)); });
}

} // namespace troupe::gateway
