#include "gateway/cli/input.hpp"

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstring>
#include <iostream>
#include <memory>

#include "gateway/cli/terminal.hpp"

namespace troupe::cli {

namespace {

struct file_closer {
  void operator()(std::FILE* x) const noexcept { std::fclose(x); }
};

} // namespace

expected<std::string> read_input(const std::filesystem::path& path, std::uint64_t limit) {
  auto from_stdin = path == "-";
  auto name = from_stdin ? std::string{"standard input"} : path.string();
  std::error_code ignored;
  if (!from_stdin && std::filesystem::is_directory(path, ignored))
    return fail(errc::unreadable, "can't read " + name + ": it is a folder", "Name a file in it.");
  std::unique_ptr<std::FILE, file_closer> opened{from_stdin ? nullptr : std::fopen(path.c_str(), "rb")};
  auto* in = from_stdin ? stdin : opened.get();
  if (in == nullptr)
    return fail(errc::unreadable, "can't read " + name + ": " + std::strerror(errno),
                errno == EACCES ? "Run as a user who can." : "Check the name.");
  std::string out;
  std::array<char, 65536> part{};
  while (auto n = std::fread(part.data(), 1, part.size(), in)) {
    if (out.size() + n > limit)
      return fail(errc::too_large, name + " is bigger than " + grouped(limit) + " bytes", "Give a smaller file.");
    out.append(part.data(), n);
  }
  if (std::ferror(in) != 0)
    return fail(errc::unreadable, "can't read " + name + ": " + std::strerror(errno), "Check the disk and try again.");
  return out;
}

void each_input_line(const std::function<void(std::string_view)>& take) {
  std::string line;
  while (std::getline(std::cin, line)) {
    if (!line.empty() && line.back() == '\r')
      line.pop_back();
    take(line);
  }
}

} // namespace troupe::cli
