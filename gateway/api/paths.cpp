#include "gateway/api/paths.hpp"

#include <algorithm>
#include <filesystem>

namespace troupe::gateway {

namespace {

namespace fs = std::filesystem;

bool below(const fs::path& path, const fs::path& root) {
  auto end = std::mismatch(root.begin(), root.end(), path.begin(), path.end()).first;
  return end == root.end() || (std::next(end) == root.end() && end->empty()); // a root written with a last slash
}

} // namespace

expected<void> check_path(const std::string& path, const std::vector<std::string>& roots) {
  auto refused = [&](const std::string& why) {
    return fail(errc::path_not_allowed, "the path " + path.substr(0, 200) + " " + why,
                roots.empty()
                  ? "Start the server with --allow-path DIR to let requests read local files."
                  : "Give an absolute path below a folder that the server was started with by --allow-path.");
  };
  fs::path asked{path};
  if (path.find('\0') != std::string::npos || !asked.is_absolute())
    return refused("is not absolute");
  auto lexical = asked.lexically_normal();
  std::error_code failure;
  auto resolved = fs::weakly_canonical(asked, failure);
  if (failure)
    return refused("can't be resolved");
  for (const auto& root : roots) {
    auto real_root = fs::weakly_canonical(root, failure);
    if (failure)
      continue;
    if (below(resolved, real_root) && (below(lexical, fs::path{root}.lexically_normal()) || below(lexical, real_root)))
      return {};
  }
  return refused("is below no allowed folder");
}

} // namespace troupe::gateway
