#pragma once
/// One node's configuration: TOML file, then environment, then flags (DESIGN section 10).

#include <cstdint>
#include <filesystem>
#include <string>
#include <utility>
#include <vector>

#include "protocols/error.hpp"

namespace troupe {

struct node_config {
  std::filesystem::path data;            ///< default: the XDG data folder
  std::string listen = "127.0.0.1:8000"; ///< port 0: any free one
  std::vector<std::string> roles;        ///< empty: all
  std::vector<std::string> allow_paths;  ///< roots below which local files may be read
  bool allow_private_network = false;
  std::vector<std::string> egress_allow; ///< hosts or CIDR blocks that are allowed though not public
  std::string storage_durability = "full";
  std::uint32_t ledger_limit = 10000;
  std::string database_url;              ///< of PostgreSQL; empty: the store is in the data folder
  std::uint32_t database_pool_size = 10; ///< connections to it at most
  std::uint32_t sessions = 4;            ///< researches at the same time
  std::uint32_t compute_workers = 0;     ///< 0: one a core
  std::uint32_t connections_per_host = 2;
  std::uint32_t public_crawl_delay_ms = 1000;
  std::uint32_t private_crawl_delay_ms = 0;
  std::uint32_t fresh_for_s = 86400; ///< a stored page younger than this is not fetched again
  std::string log_level = "info";
  std::string log_file;                ///< empty: stderr
  std::uint32_t drain_deadline_s = 30; ///< for a node to go down
  // -- of a command's own node, and in no file
  bool admit_leftovers = true; ///< researches that were accepted before this node started run here too
  bool grants = false;         ///< what this node may read is kept with each research it accepts
  bool drainable = true;       ///< may be drained by a request
};

/// Reads `file` (empty: none) and the environment into a configuration. An unknown key or a bad value is an error that
/// names the line and the nearest valid key.
expected<node_config> load_config(const std::filesystem::path& file);

/// Every key that a file may hold, with its section (empty: the top of the file); docs/configuration.md has them all.
std::vector<std::pair<std::string, std::string>> config_keys();

/// `$XDG_DATA_HOME/troupe`, or `~/.local/share/troupe`.
std::filesystem::path default_data_folder();

} // namespace troupe
