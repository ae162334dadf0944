#include "gateway/cli/submission.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <random>

#include <unistd.h>

#include "actors/egress/url.hpp"
#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/upload.hpp"
#include "protocols/json/writer.hpp"

namespace troupe::cli {

namespace {

namespace fs = std::filesystem;

void put_list(json_writer& out, const char* key, const std::vector<std::string>& xs) {
  if (xs.empty())
    return;
  out.key(key).begin_array();
  for (const auto& x : xs)
    out.value(x);
  out.end_array();
}

void put_number(json_writer& out, const char* key, const std::optional<std::uint32_t>& x) {
  if (x)
    out.field(key, *x);
}

} // namespace

std::string encode_submission(const research_submission& x) {
  json_writer out;
  out.begin_object().field("question", x.question);
  put_list(out, "urls", x.urls);
  put_list(out, "paths", x.paths);
  put_list(out, "sources", x.sources);
  put_list(out, "collections", x.collections);
  put_number(out, "depth", x.depth);
  put_number(out, "max_pages", x.max_pages);
  put_number(out, "timeout_s", x.timeout_s);
  out.field("priority", "interactive");
  return out.end_object().str();
}

std::optional<error> check_sources(const research_submission& x) {
  for (const auto& address : x.urls)
    if (auto parsed = parse_url(address); !parsed || (parsed->scheme != "http" && parsed->scheme != "https"))
      return error{errc::url_invalid, "--url takes an address, and \"" + address + "\" is none",
                   "Give one that begins with http:// or https://."};
  return std::nullopt;
}

bool names_nothing(const research_submission& x) {
  return x.urls.empty() && x.paths.empty() && x.sources.empty() && x.collections.empty();
}

std::string encode_ingest(const ingest_submission& x) {
  json_writer out;
  out.begin_object();
  put_list(out, "urls", x.urls);
  put_list(out, "paths", x.paths);
  out.field("collection", x.collection);
  put_number(out, "depth", x.depth);
  return out.end_object().str();
}

expected<std::vector<std::string>> absolute_paths(const std::vector<std::string>& paths, const std::string& option) {
  auto with = option.empty() ? "." : " with " + option + ".";
  std::vector<std::string> out;
  for (const auto& path : paths) {
    if (path.empty())
      return fail(errc::invalid_argument, (option.empty() ? "a path" : "the path of " + option) + " is empty",
                  "Give a file or folder" + with);
    std::error_code why;
    auto whole = fs::weakly_canonical(fs::absolute(path, why), why);
    if (why || access(whole.c_str(), R_OK) != 0) {
      auto reason = why ? why.message() : std::string{std::strerror(errno)};
      if (!reason.empty())
        reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
      return fail(errc::unreadable, "can't read " + path + ": " + reason,
                  reason == "permission denied" ? "Run as a user who can, or give a folder you own" + with
                                                : "Give a file or folder that is there" + with);
    }
    out.push_back(whole.string());
  }
  return out;
}

std::string new_key() {
  constexpr char digits[] = "0123456789abcdefghjkmnpqrstvwxyz";
  std::random_device random;
  std::string key;
  for (int i = 0; i < 16; ++i)
    key += digits[random() % 32];
  return key;
}

expected<std::string> post_job(const http_client& server, const std::string& path, std::string body,
                               const std::string& key) {
  http_call call;
  call.method = "POST";
  call.path = path;
  call.media_type = "application/json";
  call.body = std::move(body);
  call.headers.push_back("Idempotency-Key: " + key);
  auto answer = server.send(call);
  if (!answer)
    return tl::make_unexpected(answer.error());
  json_document job;
  if (!job.parse(answer->body) || job.root().text("id").empty())
    return fail(errc::malformed_json, "the server's answer names no research",
                "Check that --server is a troupe server.");
  return job.root().text("id");
}

expected<std::string> submit_research(engine_connection& engine, research_submission x) {
  auto key = new_key();
  return engine.with_server([&, x](const http_client& server) mutable -> expected<std::string> {
    auto id = post_job(server, "/api/v1/research", encode_submission(x), key);
    if (id || id.error().code != errc::path_not_allowed || engine.embedded())
      return id;
    auto collection = "upload-" + new_key();
    if (auto sent = upload_into(server, x.paths, collection); !sent)
      return tl::make_unexpected(sent.error());
    auto uploaded = x;
    uploaded.paths.clear();
    uploaded.collections.push_back(collection);
    return post_job(server, "/api/v1/research", encode_submission(uploaded), key);
  });
}

} // namespace troupe::cli
