#pragma once
/// How polite, how large, how patient. Built once by the composition root.

#include <chrono>
#include <cstdint>
#include <string>

namespace troupe {

struct scrape_options {
  std::uint32_t connections_per_host = 2;
  std::chrono::milliseconds public_crawl_delay{1000}; ///< when robots.txt gives none
  std::chrono::milliseconds private_crawl_delay{0};   ///< the same for allowed private hosts
  std::string user_agent_token = "troupe";            ///< what robots.txt rules are matched with
  std::uint64_t max_page_bytes = 16ull << 20;
  std::chrono::milliseconds attempt_timeout{30000}; ///< for one request of a page; it is not repeated then
  std::chrono::milliseconds robots_timeout{10000};  ///< for one of its three requests
  std::chrono::milliseconds extract_timeout{30000};
  std::chrono::milliseconds host_idle{300000}; ///< a host owner without work ends after this
  std::size_t max_hosts = 1000;                ///< owners at the same time; one more is `overloaded`
  std::size_t max_pages = 10000;               ///< pages and files in the room; one more is `overloaded`
  std::uint32_t max_redirects = 8;
  std::uint64_t heavy_pdf_bytes = 2ull << 20;      ///< a larger PDF goes to the pool for large ones
  std::chrono::milliseconds heavy_timeout{150000}; ///< `extract_timeout` there
  std::chrono::milliseconds offer_again{2000};     ///< what waits for credit is offered again after this
};

} // namespace troupe
