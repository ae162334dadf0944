#pragma once
/// What the operating system's codes mean to the person who runs Troupe.

#include <string>

#include "protocols/error.hpp"

namespace troupe::storage {

inline constexpr auto free_space = "Free some space where the data folder is; writing goes on by itself then.";
inline constexpr auto give_access = "Give the user that runs troupe write access to the data folder.";
/// Nothing puts a damaged database right: said without a path, where there is none to name.
inline constexpr auto start_afresh = "Move troupe.db and what begins with its name out of the data folder and start "
                                     "again: everything asked and read so far is lost with it.";
/// The same with the path of the database.
std::string start_without(const std::string& database);

/// No room: the disk, a quota or a file size limit.
bool is_no_space(int number) noexcept;

/// An `errno` of a file operation. `doing`: what failed, such as `can't write /data/blobs/ab/cd`.
error from_errno(int number, const std::string& doing);

} // namespace troupe::storage
