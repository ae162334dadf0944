#include "gateway/cli/progress_painter.hpp"

#include <algorithm>

namespace troupe::cli {

namespace {

constexpr unsigned name_column = 10;
constexpr unsigned text_column = 54;
constexpr std::chrono::milliseconds redraw_after{100};

void put(std::FILE* out, const std::string& text) { std::fwrite(text.data(), 1, text.size(), out); }

/// Back to the first of the `lines` last drawn, everything below erased.
std::string up(std::size_t lines) { return "\x1b[" + std::to_string(lines) + "A\r\x1b[J"; }

} // namespace

std::string step_text(const step_line& line, unsigned width) {
  auto text = "  " + padded(to_string(line.which), name_column);
  if (line.ended && line.which != step::plan)
    text += padded(line.text + " ", text_column) + duration_text(line.ms);
  else
    text += line.text + (line.ended ? "" : " …");
  return shortened(text, width);
}

void progress_painter::draw(const std::vector<step_line>& lines) {
  std::vector<std::string> wanted;
  for (const auto& line : lines)
    wanted.push_back(step_text(line, where_.width - 1));
  if (wanted == drawn_)
    return;
  // One write a frame, so that no half-drawn one is ever seen.
  std::string frame = drawn_.empty() ? "" : up(drawn_.size());
  for (const auto& line : wanted)
    frame += line + "\n";
  put(out_, frame);
  drawn_ = std::move(wanted);
  std::fflush(out_);
}

void progress_painter::lasting(const std::string& text) {
  if (!where_.interactive) {
    put(out_, "  " + text + "\n");
    std::fflush(out_);
    return;
  }
  put(out_, (drawn_.empty() ? "" : up(drawn_.size())) + "  " + shortened(text, where_.width - 3) + "\n");
  drawn_.clear();
  last_ = {};
}

void progress_painter::show(const std::vector<step_line>& lines, bool now) {
  if (where_.interactive) {
    auto time = std::chrono::steady_clock::now();
    if (now || time - last_ >= redraw_after) {
      last_ = time;
      draw(lines);
    }
    return;
  }
  for (const auto& line : lines)
    if (line.ended && std::find(told_.begin(), told_.end(), line.which) == told_.end()) {
      told_.push_back(line.which);
      put(out_, step_text(line, 200) + "\n");
      std::fflush(out_);
    }
}

} // namespace troupe::cli
