#pragma once
/// What libcurl's failures are called here.

#include <string>

#include <curl/curl.h>

#include "protocols/error.hpp"

namespace troupe {

/// `where`: the URL, for the sentence. Reads the handle for the system's error and how far the transfer came.
error curl_failure(CURLcode code, CURL* handle, const std::string& where);

} // namespace troupe
