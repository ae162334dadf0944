#pragma once
// Precompiled for every unit that includes Beast.
#include <boost/asio.hpp>
#include <boost/beast.hpp>

#include <chrono>
#include <functional>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>
