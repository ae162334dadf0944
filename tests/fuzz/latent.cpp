// Stored latent spaces: damage is refused, and what is read is written as the same.
#include "actors/embed/hashing.hpp"
#include "actors/embed/lsa_model.hpp"
#include "tests/fuzz/input.hpp"

using namespace troupe;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  fuzz_input in{data, size};
  auto sealed = in.choice(2) == 1;
  std::string bytes{in.rest()};
  if (sealed) { // with the hash that belongs to it, so that what lies behind is reached
    auto h = hash_bytes(bytes);
    for (unsigned i = 0; i < 8; ++i)
      bytes.push_back(static_cast<char>(h >> (8 * i)));
  }
  auto x = lsa_space::load(bytes);
  if (!x)
    return 0;
  must_hold(x->save() == bytes, "written as something else");
  term_list terms;
  terms.add("vacuum");
  must_hold(x->place(terms).values.size() == x->dimensions(), "a place of another size");
  return 0;
}
