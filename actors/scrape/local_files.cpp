#include "actors/scrape/local_files.hpp"

#include <algorithm>
#include <cerrno>
#include <climits>
#include <cstdlib>
#include <cstring>
#include <memory>
#include <set>
#include <utility>

#include <dirent.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include "actors/egress/url.hpp"
#include "actors/scrape/extract/media_type.hpp"

namespace troupe {

namespace {

constexpr int most_levels = 64;
constexpr std::size_t most_entries = 2'000'000; ///< looked at in one listing
constexpr std::size_t most_left_out = 50;       ///< named in one listing; the rest is counted

std::string reason(int code) {
  switch (code) {
  case ENOENT:
  case ENOTDIR:
    return "no such file or folder";
  case EACCES:
  case EPERM:
    return "permission denied";
  case ELOOP:
    return "too many links in a row";
  default:
    return std::strerror(code);
  }
}

tl::unexpected<error> unreadable(const std::string& path, int code) {
  if (code == ENOENT || code == ENOTDIR)
    return fail(errc::not_found, "there is no file or folder " + path, "Check the spelling of the path.");
  return fail(errc::unreadable, "can't read " + path + ": " + reason(code),
              "Run as a user who can, or give a folder you own.");
}

expected<std::string> real_path(const std::string& path) {
  std::unique_ptr<char, decltype(&std::free)> found{::realpath(path.c_str(), nullptr), std::free};
  if (!found)
    return unreadable(path, errno);
  return std::string{found.get()};
}

bool below(std::string_view path, std::string_view root) {
  if (root == "/")
    return true;
  return path.starts_with(root) && (path.size() == root.size() || path[root.size()] == '/');
}

/// Roots with links resolved; those that don't exist are left out.
std::vector<std::string> resolved(const allowed_roots& roots) {
  std::vector<std::string> result;
  for (auto& root : roots)
    if (auto found = real_path(root))
      result.push_back(*found);
  return result;
}

expected<std::string> resolve(std::string_view path, const std::vector<std::string>& roots) {
  std::string asked{path};
  if (asked.empty() || asked.find('\0') != asked.npos)
    return fail(errc::invalid_argument, "the path is empty or holds a NUL byte", "Give an absolute path.");
  auto found = real_path(asked);
  if (!found)
    return found;
  auto allowed = std::any_of(roots.begin(), roots.end(), [&](const std::string& root) { return below(*found, root); });
  if (!allowed)
    return fail(errc::path_not_allowed, asked + " lies below no folder that may be read",
                "Start the server with --allow-path " + *found + ", or read it from the command line.");
  return found;
}

std::string validator_of(const struct stat& info) {
  auto nanoseconds = static_cast<long long>(info.st_mtim.tv_sec) * 1'000'000'000LL + info.st_mtim.tv_nsec;
  return std::to_string(info.st_size) + ":" + std::to_string(nanoseconds);
}

bool is_version_control(std::string_view name) { return name == "CVS" || name == "RCS" || name == "_darcs"; }

struct folder_closer {
  void operator()(DIR* x) const { ::closedir(x); }
};

/// Depth-first in name order, so that a truncated listing is the same each time.
class lister {
public:
  lister(std::uint32_t limit, const std::vector<std::string>& roots) : limit_(limit), roots_(roots) {}

  void visit(const std::string& folder, int level) {
    struct stat info {};
    if (level > most_levels || ::stat(folder.c_str(), &info) != 0 || !seen_.emplace(info.st_dev, info.st_ino).second)
      return;
    for (auto& name : names_in(folder)) {
      if (out_.truncated)
        return;
      entry(folder == "/" ? folder + name : folder + "/" + name, name, level);
    }
  }

  file_list take() {
    std::sort(out_.files.begin(), out_.files.end(), [](auto& a, auto& b) { return a.url < b.url; });
    return std::move(out_);
  }

private:
  std::vector<std::string> names_in(const std::string& folder) {
    std::vector<std::string> names;
    std::unique_ptr<DIR, folder_closer> handle{::opendir(folder.c_str())};
    if (!handle) {
      leave_out(folder, "unreadable", "the folder can't be read: " + reason(errno));
      return names;
    }
    while (auto* found = ::readdir(handle.get())) {
      if (++entries_ > most_entries) {
        out_.truncated = true;
        break;
      }
      if (found->d_name[0] != '.' && !is_version_control(found->d_name))
        names.emplace_back(found->d_name);
    }
    std::sort(names.begin(), names.end());
    return names;
  }

  void leave_out(const std::string& path, std::string why, std::string detail) {
    if (out_.left_out.size() < most_left_out)
      out_.left_out.push_back({file_url(path), std::move(why), std::move(detail)});
    else
      ++out_.left_out_more;
  }

  void entry(const std::string& path, const std::string& name, int level) {
    struct stat info {};
    if (::lstat(path.c_str(), &info) != 0)
      return;
    auto target = path;
    if (S_ISLNK(info.st_mode)) {
      auto found = resolve(path, roots_);
      if (!found && found.error().code == errc::path_not_allowed)
        return leave_out(path, "out_of_scope", "a link that leads out of the folders that may be read");
      if (!found || ::stat(found->c_str(), &info) != 0)
        return leave_out(path, "unreadable", "a link that leads nowhere");
      target = *found;
    }
    if (S_ISDIR(info.st_mode))
      return visit(target, level + 1);
    if (!S_ISREG(info.st_mode))
      return leave_out(path, "unsupported_media", "neither a file nor a folder");
    if (media_type_of_name(name).empty())
      return leave_out(path, "unsupported_media",
                       "only HTML, text, Markdown, PDF, DOCX, EPUB, CSV, JSON and feeds are read, told by their names");
    if (!seen_.emplace(info.st_dev, info.st_ino).second)
      return leave_out(path, "duplicate", "another name of a file before it");
    if (out_.files.size() >= limit_) {
      out_.truncated = true;
      return;
    }
    out_.files.push_back({file_url(target), validator_of(info)});
  }

  std::uint32_t limit_;
  const std::vector<std::string>& roots_;
  file_list out_;
  std::set<std::pair<dev_t, ino_t>> seen_;
  std::size_t entries_ = 0;
};

struct file_handle {
  int fd = -1;
  ~file_handle() {
    if (fd >= 0)
      ::close(fd);
  }
};

} // namespace

expected<std::string> resolve_allowed(std::string_view path, const allowed_roots& roots) {
  return resolve(path, resolved(roots));
}

expected<file_list> list_local_files(std::string_view path, std::uint32_t limit, const allowed_roots& roots) {
  auto bounds = resolved(roots);
  auto start = resolve(path, bounds);
  if (!start)
    return tl::make_unexpected(start.error());
  struct stat info {};
  if (::stat(start->c_str(), &info) != 0)
    return unreadable(*start, errno);
  if (S_ISREG(info.st_mode)) {
    file_list one;
    one.files.push_back({file_url(*start), validator_of(info)});
    return one;
  }
  if (!S_ISDIR(info.st_mode))
    return fail(errc::unreadable, *start + " is neither a file nor a folder", "Give a file or a folder.");
  if (::access(start->c_str(), R_OK | X_OK) != 0)
    return unreadable(*start, errno);
  lister walk{limit, bounds};
  walk.visit(*start, 0);
  return walk.take();
}

expected<local_file> read_local_file(std::string_view path, std::uint64_t max_bytes, const allowed_roots& roots) {
  auto found = resolve_allowed(path, roots);
  if (!found)
    return tl::make_unexpected(found.error());
  // What was resolved has no link in it: one that appears now is somebody swapping files under our hands.
  file_handle file{::open(found->c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK | O_NOFOLLOW)};
  struct stat info {};
  if (file.fd < 0 || ::fstat(file.fd, &info) != 0)
    return unreadable(*found, errno);
  if (!S_ISREG(info.st_mode))
    return fail(errc::unreadable, *found + " is not a regular file", "Give a file or a folder.");
  auto size = static_cast<std::uint64_t>(info.st_size);
  if (size > max_bytes)
    return fail(errc::too_large, *found + " is " + std::to_string(size) + " bytes, more than a file may be",
                "Split the file.");
  local_file result;
  result.validator = validator_of(info);
  result.media_type = media_type_of_name(*found);
  result.bytes.resize(size);
  std::size_t filled = 0;
  while (filled < size) {
    auto n = ::read(file.fd, result.bytes.data() + filled, size - filled);
    if (n < 0 && errno == EINTR)
      continue;
    if (n < 0)
      return unreadable(*found, errno);
    if (n == 0)
      break;
    filled += static_cast<std::size_t>(n);
  }
  result.bytes.resize(filled);
  return result;
}

} // namespace troupe
