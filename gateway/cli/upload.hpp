#pragma once
/// Sending local files to a server that can't read them where they are.

#include <filesystem>
#include <string>
#include <vector>

#include "gateway/cli/http_client.hpp"

namespace troupe::cli {

/// The files below `path` that servers read (HTML, Markdown, text, PDF), sorted; `path` itself when it is a file. Links
/// are not followed. At most 100,000.
expected<std::vector<std::filesystem::path>> readable_files(const std::filesystem::path& path);

/// Uploads each file into `collection` and waits until all are searchable; shows how far it is on stderr. Files the
/// server refuses are told one by one and left out; none taken at all is an error.
expected<void> upload_into(const http_client& server, const std::vector<std::string>& paths,
                           const std::string& collection);

} // namespace troupe::cli
