#include "storage/failure.hpp"

#include <cerrno>
#include <system_error>

namespace troupe::storage {

bool is_no_space(int number) noexcept { return number == ENOSPC || number == EDQUOT || number == EFBIG; }

std::string start_without(const std::string& database) {
  return "Move " + database + " and what begins with its name away and start again: everything asked and read so far "
         + "is lost with it.";
}

error from_errno(int number, const std::string& doing) {
  auto message = doing + ": " + std::generic_category().message(number);
  if (is_no_space(number))
    return {errc::disk_full, std::move(message), free_space};
  if (number == EACCES || number == EPERM || number == EROFS)
    return {errc::storage_failed, std::move(message), give_access};
  return {errc::storage_failed, std::move(message), "Look at the disk and the system's log."};
}

} // namespace troupe::storage
