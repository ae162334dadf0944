// A server that talks nonsense on its event stream, cut anywhere: the same messages as in one piece.
#define CAF_SUITE mutated_streams

#include "gateway/cli/sse_parser.hpp"
#include "tests/fixtures/mutation.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
using troupe::cli::sse_parser;

CAF_TEST(streams in any cut) {
  mutation bad{{"id: 1\nevent: page.fetched\ndata: {\"a\":1}\n\n: ping\n\nid: 2\ndata: x\ndata: y\n\n",
                "\xEF\xBB\xBF"
                "data\r\n\r\nid\r\rretry: 10\n\n"},
               {"\r", "\n", "\r\n", ":", "data:", "id:\0", "\xFF", "event:", "\n\n"}};
  for (int i = 0; i < 4000; ++i) {
    auto text = bad.next();
    auto whole = sse_parser{}.feed(text);
    sse_parser piecewise;
    std::vector<cli::sse_message> pieces;
    for (char c : text)
      for (auto& x : piecewise.feed({&c, 1}))
        pieces.push_back(x);
    if (pieces != whole)
      CAF_FAIL("seed " << bad.seed() << ": " << whole.size() << " messages whole, " << pieces.size() << " in pieces");
  }
}
