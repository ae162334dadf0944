// What the store packs: damage is an error, and what was read is packed again to the same.
#include "storage/packing.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;
using namespace troupe::storage;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_input in{data, size};
  auto what = in.choice(4);
  if (what == 0) {
    if (auto x = unpack_blocks(in.rest()))
      must_hold(unpack_blocks(pack_blocks(*x)).value() == *x, "blocks changed by being packed");
  } else if (what == 1) {
    if (auto x = unpack_links(in.rest()))
      must_hold(unpack_links(pack_links(*x)).value() == *x, "links changed by being packed");
  } else if (what == 2) {
    if (auto x = unpack_offsets(in.rest()))
      must_hold(unpack_offsets(pack_offsets(*x)).value() == *x, "offsets changed by being packed");
  } else {
    auto dimension = in.choice(9);
    auto scales = in.choice(32);
    static_cast<void>(
      unpack_embeddings(dimension, in.rest().substr(0, scales), in.rest().substr(std::min(scales, in.rest().size()))));
  }
  return 0;
}
