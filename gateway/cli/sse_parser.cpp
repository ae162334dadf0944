#include "gateway/cli/sse_parser.hpp"

namespace troupe::cli {

namespace {

constexpr std::size_t max_message = 4u << 20;

} // namespace

std::vector<sse_message> sse_parser::feed(std::string_view bytes) {
  std::vector<sse_message> out;
  for (char c : bytes) {
    if (overrun_)
      break;
    auto second_half = after_cr_ && c == '\n';
    after_cr_ = c == '\r';
    if (second_half)
      continue;
    if (c == '\n' || c == '\r') {
      take_line(out);
      line_.clear();
    } else {
      line_ += c;
      overrun_ = line_.size() + data_.size() > max_message;
    }
  }
  return out;
}

void sse_parser::take_line(std::vector<sse_message>& out) {
  if (line_.empty()) {
    if (has_data_)
      out.push_back({id_, event_, data_});
    data_.clear();
    event_.clear();
    has_data_ = false;
    return;
  }
  auto colon = line_.find(':');
  auto name = std::string_view{line_}.substr(0, colon);
  auto value = colon == std::string::npos ? std::string_view{} : std::string_view{line_}.substr(colon + 1);
  if (!value.empty() && value.front() == ' ')
    value.remove_prefix(1);
  if (name == "data") {
    if (has_data_)
      data_ += '\n';
    data_ += value;
    has_data_ = true;
  } else if (name == "event") {
    event_ = value;
  } else if (name == "id" && value.find('\0') == std::string_view::npos) {
    id_ = value;
  }
}

} // namespace troupe::cli
