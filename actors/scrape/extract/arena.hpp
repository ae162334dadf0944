#pragma once
/// Memory for one parse: taken piece by piece, given back as a whole.

#include <cstddef>
#include <cstdlib>
#include <new>
#include <vector>

namespace troupe {

/// Not thread-safe. `take` never fails: out of memory is `std::bad_alloc`'s business of the allocator below it.
class arena {
public:
  arena() = default;
  arena(const arena&) = delete;
  arena& operator=(const arena&) = delete;
  ~arena() {
    for (auto* block : blocks_)
      std::free(block);
  }

  void* take(std::size_t size) {
    size = (size + alignment - 1) & ~(alignment - 1);
    if (size > left_)
      grow(size);
    auto* result = next_;
    next_ += size;
    left_ -= size;
    used_ += size;
    return result;
  }

  [[nodiscard]] std::size_t used() const noexcept { return used_; }

private:
  static constexpr std::size_t alignment = 16;
  static constexpr std::size_t block_size = 256u << 10;

  void grow(std::size_t size) {
    auto wanted = size > block_size ? size : block_size;
    blocks_.reserve(blocks_.size() + 1);
    auto* block = static_cast<char*>(std::malloc(wanted));
    if (block == nullptr)
      throw std::bad_alloc{};
    blocks_.push_back(block);
    next_ = block;
    left_ = wanted;
  }

  std::vector<char*> blocks_;
  char* next_ = nullptr;
  std::size_t left_ = 0;
  std::size_t used_ = 0;
};

} // namespace troupe
