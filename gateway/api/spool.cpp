#include "gateway/api/spool.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstring>

#include <fcntl.h>
#include <unistd.h>

namespace troupe::gateway {

namespace {

constexpr std::size_t longest_name = 100;

tl::unexpected<error> failed(const std::filesystem::path& path, int why) {
  return fail(why == ENOSPC ? errc::disk_full : errc::storage_failed,
              "can't keep the upload: " + std::string{std::strerror(why)},
              "Look at the owner and the free space of " + path.parent_path().string() + ".");
}

bool sync_folder(const std::filesystem::path& folder) {
  int fd = ::open(folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC);
  bool ok = fd >= 0 && ::fsync(fd) == 0;
  if (fd >= 0)
    ::close(fd);
  return ok;
}

} // namespace

std::string safe_file_name(std::string_view asked, std::string_view extension) {
  asked.remove_prefix(std::min(asked.size(), asked.find_last_of("/\\") + 1));
  std::string name;
  for (char c : asked.substr(0, longest_name)) {
    bool plain = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' || c == '_'
                 || c == '-' || static_cast<unsigned char>(c) >= 0x80;
    name += plain ? c : '_';
  }
  while (!name.empty() && static_cast<unsigned char>(name.back()) >= 0x80 && asked.size() > longest_name)
    name.pop_back(); // no half of a character at the cut
  name.erase(0, std::min(name.find_first_not_of('.'), name.size()));
  constexpr std::array<std::string_view, 6> readable{".html", ".htm", ".md", ".markdown", ".txt", ".pdf"};
  bool named = std::any_of(readable.begin(), readable.end(), [&](auto e) { return name.ends_with(e); });
  if (name.empty())
    name = "document";
  return named ? name : name + std::string{extension};
}

expected<std::string> spool(const std::filesystem::path& folder, const std::string& id, const std::string& name,
                            std::string_view bytes) {
  auto path = folder / id / name;
  std::error_code failure;
  std::filesystem::create_directories(path.parent_path(), failure);
  if (failure)
    return failed(path, failure.value());
  int fd = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (fd < 0)
    return failed(path, errno);
  int why = 0;
  while (!bytes.empty() && why == 0) {
    auto n = ::write(fd, bytes.data(), bytes.size());
    if (n > 0)
      bytes.remove_prefix(static_cast<std::size_t>(n));
    else if (n < 0 && errno != EINTR)
      why = errno;
  }
  if (why == 0 && ::fsync(fd) != 0)
    why = errno;
  ::close(fd);
  if (why != 0) {
    std::filesystem::remove_all(path.parent_path(), failure);
    return failed(path, why);
  }
  sync_folder(path.parent_path());
  sync_folder(folder);
  return path.string();
}

} // namespace troupe::gateway
