#pragma once
/// A client as small as can be, on a plain blocking socket, so that tests decide over every byte.

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace troupe::gateway {

struct answer {
  unsigned status = 0;                        ///< 0: the connection ended first
  std::map<std::string, std::string> headers; ///< names in lower case
  std::string body;
};

/// One connection to 127.0.0.1. Reads give up after 20 s, which is not the end of the connection.
class client {
public:
  explicit client(std::uint16_t port);
  ~client();
  client(const client&) = delete;
  client& operator=(const client&) = delete;

  void send(std::string_view bytes);
  void half_close();
  /// Next response; a chunked body is read whole.
  answer read(bool head_only = false);
  /// Head of a response only; its body is left to the calls below.
  answer read_head();
  std::string read_line(); ///< without CRLF
  std::string read_exactly(std::size_t n);
  std::string read_chunk(); ///< empty: the last
  bool at_end();            ///< the server closed, and did not just keep silent

  answer get(const std::string& target, const std::string& more_headers = {});
  answer post(const std::string& target, const std::string& body, const std::string& type = "application/json",
              const std::string& more_headers = {});

  // -- WebSocket
  // --------------------------------------------------------------------------------------------------------
  answer upgrade(const std::string& target, const std::string& more_headers = {});
  struct frame {
    int opcode = -1; ///< 1 text, 8 close, 9 ping; -1: the connection ended
    std::string payload;
  };
  frame read_frame();
  void send_frame(int opcode, std::string_view payload);

private:
  bool fill();
  int fd_;
  std::uint16_t port_;
  std::string buffer_;
  bool silent_ = false; ///< the last read got nothing in its time
};

} // namespace troupe::gateway
