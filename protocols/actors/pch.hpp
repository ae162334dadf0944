#pragma once
// Precompiled for every unit that includes CAF.
#include <caf/all.hpp>

#include <chrono>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "protocols/actors/failure.hpp"
#include "protocols/actors/interfaces.hpp"
