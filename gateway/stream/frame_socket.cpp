#include "gateway/stream/frame_socket.hpp"

namespace troupe::gateway {

void append_text_frame(std::string& out, std::string_view text) {
  constexpr char whole_text = '\x81';
  auto put = [&out](std::uint64_t length, int bytes) {
    while (bytes-- > 0)
      out += static_cast<char>(length >> (8 * bytes));
  };
  out += whole_text;
  if (text.size() < 126) {
    put(text.size(), 1);
  } else if (text.size() <= 0xffff) {
    put(126, 1);
    put(text.size(), 2);
  } else {
    put(127, 1);
    put(text.size(), 8);
  }
  out += text;
}

} // namespace troupe::gateway
