#include "gateway/cli/checkup.hpp"

#include <array>
#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fstream>
#include <memory>
#include <sstream>

#include <curl/curl.h>
#include <fcntl.h>
#include <sqlite3.h>
#include <sys/file.h>
#include <unistd.h>

#include "actors/node/config.hpp"
#include "gateway/cli/running_node.hpp"
#include "gateway/cli/terminal.hpp"
#include "gateway/listen.hpp"
#include "storage/failure.hpp"
#include "storage/store.hpp"

namespace troupe::cli {

namespace {

namespace fs = std::filesystem;

constexpr std::uintmax_t little_space = 1ull << 30;
constexpr std::uintmax_t no_space = 64ull << 20;

std::string mebibytes(std::uintmax_t bytes) { return grouped(bytes >> 20) + " MiB"; }

/// The nearest folder above that exists.
fs::path existing(fs::path path) {
  std::error_code ignored;
  path = fs::absolute(path, ignored);
  while (!fs::exists(path, ignored) && path.has_parent_path() && path != path.parent_path())
    path = path.parent_path();
  return path;
}

/// Permissions don't tell of file systems such as /proc, where not even root can: it is tried and undone.
bool can_make_folder(const fs::path& parent) {
  auto trial = (parent / ".troupe-doctor-XXXXXX").string();
  return ::mkdtemp(trial.data()) != nullptr && ::rmdir(trial.c_str()) == 0;
}

finding check_folder(const fs::path& data) {
  std::error_code ignored;
  finding f{health::well, "data folder", data.string(), ""};
  auto there = existing(data);
  if (there != fs::absolute(data, ignored))
    f.what += " (made at the first start)";
  if (!fs::is_directory(there, ignored))
    return {health::wrong, f.subject, there.string() + " is not a folder", "Give another folder with --data."};
  if (access(there.c_str(), W_OK | X_OK) != 0)
    return {health::wrong, f.subject, "can't write to " + there.string() + ": " + std::strerror(errno),
            "Run as a user who can, or give a folder you own with --data."};
  if (there != fs::absolute(data, ignored) && !can_make_folder(there))
    return {health::wrong, f.subject,
            "the folder " + data.string() + " can't be made: nothing can be made in " + there.string(),
            "Give a folder that can with --data."};
  return f;
}

/// Who holds it, if anybody. The lock is tried and let go again.
finding check_lock(const fs::path& data, bool& held) {
  auto fd = ::open((data / "lock").c_str(), O_RDWR | O_CLOEXEC);
  if (fd < 0)
    return {health::well, "lock", "nobody holds the data folder", ""};
  held = ::flock(fd, LOCK_EX | LOCK_NB) != 0;
  ::close(fd);
  if (!held)
    return {health::well, "lock", "nobody holds the data folder", ""};
  std::string address;
  std::ifstream in{endpoint_file(data)};
  std::getline(in, address);
  return {health::well, "lock", "held by the server at " + (address.empty() ? "an unknown address" : address), ""};
}

finding check_space(const fs::path& data) {
  std::error_code why;
  auto space = fs::space(existing(data), why);
  if (why)
    return {health::warned, "free space", "can't tell: " + why.message(), ""};
  finding f{health::well, "free space", mebibytes(space.available), ""};
  if (space.available < little_space) {
    f.state = space.available < no_space ? health::wrong : health::warned;
    f.advice = "Make room, or give a folder on a larger disk with --data.";
  }
  return f;
}

struct database_closer {
  void operator()(sqlite3* x) const noexcept { sqlite3_close(x); }
};

int take_text(void* into, int count, char** values, char**) {
  if (count > 0 && values[0] != nullptr)
    *static_cast<std::string*>(into) = values[0];
  return 0;
}

finding check_database(const fs::path& data) {
  auto file = data / "troupe.db";
  std::error_code ignored;
  if (!fs::exists(file, ignored))
    return {health::well, "database", "none yet", ""};
  sqlite3* raw = nullptr;
  auto opened = sqlite3_open_v2(file.c_str(), &raw, SQLITE_OPEN_READONLY, nullptr);
  std::unique_ptr<sqlite3, database_closer> db{raw};
  std::string verdict;
  if (opened == SQLITE_OK)
    opened = sqlite3_exec(raw, "PRAGMA quick_check(1)", &take_text, &verdict, nullptr);
  if (opened == SQLITE_OK && verdict == "ok")
    return {health::well, "database", file.filename().string() + " is sound", ""};
  auto why = verdict.empty() && raw != nullptr ? std::string{sqlite3_errmsg(raw)} : verdict;
  return {health::wrong, "database", file.string() + ": " + why, storage::start_without(file.string())};
}

finding check_program(const std::string& name, const std::string& use, const std::string& package,
                      health without = health::wrong) {
  const char* path = std::getenv("PATH");
  std::istringstream folders{path == nullptr ? "/usr/bin:/bin" : path};
  for (std::string folder; std::getline(folders, folder, ':');)
    if (auto file = fs::path{folder} / name; !folder.empty() && access(file.c_str(), X_OK) == 0)
      return {health::well, name, file.string(), ""};
  return {without, name, "not found: " + use, "Install it: apt-get install " + package + "."};
}

finding check_listen(const node_config& config, bool held) {
  if (held)
    return {health::well, "listen", "in use by the server that holds the data folder", ""};
  auto listener = gateway::bind_listener(config.listen);
  if (!listener)
    return {health::wrong, "listen", listener.error().message, listener.error().advice};
  if (auto safe = gateway::check_exposure(**listener, false); !safe)
    return {health::wrong, "listen", safe.error().message, safe.error().advice};
  return {health::well, "listen", config.listen + " is free", ""};
}

finding check_certificates() {
  // Where libcurl looks: the environment first, then what it was built with.
  for (const char* name : {"CURL_CA_BUNDLE", "SSL_CERT_FILE"})
    if (const char* file = std::getenv(name); file != nullptr && *file != '\0' && access(file, R_OK) != 0)
      return {health::wrong, "certificates", std::string{name} + " names " + file + ", which can't be read",
              "Correct the variable, or take it out."};
  const auto* version = curl_version_info(CURLVERSION_NOW);
  const char* built_in = version->age >= CURLVERSION_SEVENTH ? version->cainfo : nullptr;
  std::string bundle = built_in == nullptr ? "/etc/ssl/certs/ca-certificates.crt" : built_in;
  if (access(bundle.c_str(), R_OK) == 0)
    return {health::well, "certificates", bundle, ""};
  return {health::wrong, "certificates", bundle + " can't be read, so no https page can",
          "Install it: apt-get install ca-certificates."};
}

/// That of `DATABASE_URL`.
finding check_server(const std::string& url) {
  auto found = storage::describe_postgres(url);
  if (!found)
    return {health::wrong, "database", found.error().message, found.error().advice};
  return {health::well, "database", *found + " answers", ""};
}

/// Variables of services that this version does not use: who set them believes that it does.
void check_unused(std::vector<finding>& out) {
  for (const char* name : {"DATABASE_REPLICA_URL", "REDIS_URL", "REDIS_HOST", "S3_ENDPOINT", "S3_BUCKET", "AI_PROVIDER",
                           "OPENAI_API_KEY", "ANTHROPIC_API_KEY", "GEMINI_API_KEY", "ENCRYPTION_KEY"})
    if (const char* value = std::getenv(name); value != nullptr && *value != '\0')
      out.push_back({health::warned, "environment", std::string{name} + " is set, and this version makes no use of it",
                     "Pages are kept in the data folder, and reports are written without a model."});
}

} // namespace

std::vector<finding> check_up(const fs::path& config_file, const fs::path& data) {
  std::vector<finding> out;
  auto config = load_config(config_file);
  if (config) {
    out.push_back({health::well, "configuration", config_file.empty() ? "defaults" : config_file.string(), ""});
  } else {
    out.push_back({health::wrong, "configuration", config.error().message, config.error().advice});
    config = node_config{};
    config->data = default_data_folder();
  }
  if (!data.empty())
    config->data = data;
  bool held = false;
  out.push_back(check_folder(config->data));
  auto there = out.back().state != health::wrong; // the space beside a folder that can't be is of no use
  out.push_back(check_lock(config->data, held));
  if (there)
    out.push_back(check_space(config->data));
  out.push_back(config->database_url.empty() ? check_database(config->data) : check_server(config->database_url));
  out.push_back(check_program("pdftotext", "PDF files can't be read", "poppler-utils"));
  out.push_back(check_program("tesseract", "PDF files that are scans can't be read", "tesseract-ocr", health::warned));
  out.push_back(check_listen(*config, held));
  out.push_back(check_certificates());
  check_unused(out);
  return out;
}

} // namespace troupe::cli
