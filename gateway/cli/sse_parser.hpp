#pragma once
/// Server-sent events, the receiving side (WHATWG HTML, section 9.2.6), as a stream of bytes in any cut.

#include <cstddef>
#include <string>
#include <string_view>
#include <vector>

namespace troupe::cli {

/// One dispatched message.
struct sse_message {
  std::string id;
  std::string event; ///< empty: `message`
  std::string data;  ///< lines joined by LF
  bool operator==(const sse_message&) const = default;
};

/// Feeds on bytes, gives whole messages. A message beyond 4 MiB is refused: `overrun()` becomes true and nothing more
/// comes out.
class sse_parser {
public:
  std::vector<sse_message> feed(std::string_view bytes);
  [[nodiscard]] bool overrun() const noexcept { return overrun_; }

private:
  void take_line(std::vector<sse_message>& out);

  std::string line_;
  std::string id_; ///< stays from message to message, as the standard says
  std::string event_;
  std::string data_;
  bool has_data_ = false;
  bool after_cr_ = false;
  bool overrun_ = false;
};

} // namespace troupe::cli
