#pragma once
/// The data folder: made when absent, held by one process at a time.

#include <filesystem>
#include <utility>

#include "protocols/error.hpp"

namespace troupe {

/// Holds `<folder>/lock` (flock) while it lives; the lock goes with the process, however it ends.
class data_folder {
public:
  /// Makes `folder` (0700) and takes its lock: `data_locked` when another process holds it, naming the way to talk to
  /// it.
  static expected<data_folder> hold(const std::filesystem::path& folder);

  data_folder(data_folder&& other) noexcept : path_(std::move(other.path_)), fd_(std::exchange(other.fd_, -1)) {}
  data_folder& operator=(data_folder&&) = delete;
  data_folder(const data_folder&) = delete;
  ~data_folder();

  [[nodiscard]] const std::filesystem::path& path() const { return path_; }

private:
  data_folder(std::filesystem::path path, int fd) : path_(std::move(path)), fd_(fd) {}

  std::filesystem::path path_;
  int fd_;
};

} // namespace troupe
