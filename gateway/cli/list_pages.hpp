#pragma once
/// Reading a list of the server to its end.

#include <functional>
#include <string>
#include <vector>

#include "gateway/cli/engine_connection.hpp"
#include "gateway/cli/json_fields.hpp"

namespace troupe::cli {

/// One page of a list, valid during the call that shows it.
struct list_page {
  std::string_view body; ///< as the server sent it
  const std::vector<json_view>& items;
};

/// Asks for `path` (with its leading slash, without a query) page by page and has each shown, until the list or the
/// user ends it. Answers how many items were shown. Main thread.
expected<std::size_t> for_each_page(engine_connection& engine, const std::string& path,
                                    const std::function<void(const list_page&)>& show);

} // namespace troupe::cli
