#pragma once
// Precompiled for every unit of the command line.
#include <simdjson.h>

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <thread>
#include <tl/expected.hpp>
#include <variant>
#include <vector>
