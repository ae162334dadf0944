#include "gateway/cli/upload.hpp"

#include <algorithm>
#include <cstdio>
#include <deque>
#include <optional>
#include <thread>

#include "actors/scrape/extract/media_type.hpp"
#include "gateway/cli/command.hpp"
#include "gateway/cli/input.hpp"
#include "gateway/cli/interrupt.hpp"
#include "gateway/cli/json_fields.hpp"
#include "gateway/cli/terminal.hpp"

namespace troupe::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_files = 100'000;
constexpr std::uint64_t largest_file = 32u << 20; ///< what servers take
constexpr std::size_t in_flight = 64;             ///< jobs not yet seen to end

/// `application/json` is a request of its own there.
std::string upload_type_of(const fs::path& file) {
  auto type = media_type_of_name(file.filename().string());
  return std::string{type == "application/json" ? "text/json" : type};
}

/// Uploads of one command, and what became of them.
struct upload_run {
  const http_client& server;
  const std::string& collection;
  std::size_t total = 0;
  std::size_t taken = 0;
  std::deque<std::string> open{};
  terminal where = terminal_of(2);
  error last{errc::content_empty, "nothing could be uploaded", "Give files that hold text."};
  std::optional<error> gone{}; ///< the server itself

  void refuse(const fs::path& file, const error& why) {
    last = why;
    std::fprintf(stderr, "  failed    %s: %s\n", printable(file.string()).c_str(), printable(why.message).c_str());
  }

  static bool is_gone(const error& why) { return why.code == errc::connect_failed || why.code == errc::draining; }

  expected<std::string> post(const fs::path& file, std::string body) const {
    http_call call;
    call.method = "POST";
    call.path =
      "/api/v1/documents?collection=" + url_encoded(collection) + "&name=" + url_encoded(file.filename().string());
    call.media_type = upload_type_of(file);
    call.body = std::move(body);
    auto answer = server.send(call);
    if (!answer)
      return tl::make_unexpected(answer.error());
    json_document job;
    job.parse(answer->body);
    return job.root().text("id");
  }

  /// Until the server has room, or says something else than that it has none.
  void send(const fs::path& file) {
    auto body = read_input(file, largest_file);
    if (!body)
      return refuse(file, body.error());
    for (;;) {
      auto id = post(file, *body);
      if (id) {
        open.push_back(*id);
        return;
      }
      if (is_gone(id.error()))
        gone = id.error();
      if (gone)
        return;
      if (id.error().code != errc::overloaded || interrupts() > 0)
        return refuse(file, id.error());
      settle(0);
    }
  }

  /// Waits until at most `left` jobs are open.
  void settle(std::size_t left) {
    while (open.size() > left && interrupts() == 0 && !gone) {
      http_call call;
      call.path = "/api/v1/research/" + url_encoded(open.front());
      auto answer = server.send(call);
      if (!answer && is_gone(answer.error())) {
        gone = answer.error();
        return;
      }
      json_document row;
      auto known = answer && row.parse(answer->body);
      auto status = known ? row.root().text("status") : "failed";
      if (status == "queued" || status == "running") {
        std::this_thread::sleep_for(std::chrono::milliseconds{20});
        continue;
      }
      open.pop_front();
      taken += status == "done" || status == "partial" ? 1 : 0;
    }
  }

  void show(std::size_t sent) const {
    if (where.interactive)
      std::fprintf(stderr, "\r  upload    %s of %s\x1b[K", grouped(sent).c_str(), counted(total, "file").c_str());
  }
};

} // namespace

expected<std::vector<fs::path>> readable_files(const fs::path& path) {
  std::vector<fs::path> out;
  std::error_code why;
  if (fs::is_regular_file(path, why)) {
    out.push_back(path);
    return out;
  }
  for (fs::recursive_directory_iterator it{path, fs::directory_options::skip_permission_denied, why}, end;
       !why && it != end; it.increment(why)) {
    std::error_code ignored;
    if (!it->is_regular_file(ignored) || it->is_symlink(ignored) || upload_type_of(it->path()).empty())
      continue;
    out.push_back(it->path());
    if (out.size() > most_files)
      return fail(errc::too_large, path.string() + " holds more than " + grouped(most_files) + " files",
                  "Run a server beside them with --allow-path instead of uploading.");
  }
  if (why)
    return fail(errc::unreadable, "can't read " + path.string() + ": " + why.message(),
                "Run as a user who can, or give a folder you own.");
  std::sort(out.begin(), out.end());
  return out;
}

expected<void> upload_into(const http_client& server, const std::vector<std::string>& paths,
                           const std::string& collection) {
  std::vector<fs::path> files;
  for (const auto& path : paths) {
    auto found = readable_files(path);
    if (!found)
      return tl::make_unexpected(found.error());
    files.insert(files.end(), found->begin(), found->end());
  }
  upload_run run{server, collection, files.size()};
  for (std::size_t i = 0; i < files.size() && interrupts() == 0 && !run.gone; ++i) {
    run.send(files[i]);
    run.settle(in_flight);
    run.show(i + 1);
  }
  run.settle(0);
  if (run.gone)
    return tl::make_unexpected(*run.gone);
  std::fprintf(stderr, "%s  upload    %s of %s read by the server\n", run.where.interactive ? "\r\x1b[K" : "",
               grouped(run.taken).c_str(), counted(files.size(), "file").c_str());
  if (run.taken == 0)
    return tl::make_unexpected(run.last);
  return {};
}

} // namespace troupe::cli
