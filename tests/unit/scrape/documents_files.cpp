// Local files below allowed roots, children with limits, PDF.
#define CAF_SUITE documents_files

#include <algorithm>
#include <atomic>
#include <filesystem>
#include <fstream>

#include <sys/stat.h>
#include <unistd.h>

#include "actors/egress/url.hpp"
#include "actors/scrape/child_process.hpp"
#include "actors/scrape/local_files.hpp"
#include "actors/scrape/page_reader.hpp"
#include "actors/scrape/pdf_text.hpp"
#include "tests/fixtures/small_pdf.hpp"

#include "caf/test/unit_test.hpp"

using namespace troupe;
namespace fs = std::filesystem;

namespace {

/// A folder of its own for each test, gone afterwards.
struct fixture {
  fs::path folder;
  fixture() {
    auto pattern = (fs::temp_directory_path() / "troupe-documents-XXXXXX").string();
    folder = ::mkdtemp(pattern.data());
  }
  ~fixture() { fs::remove_all(folder); }

  fs::path write(const std::string& name, const std::string& content) const {
    auto path = folder / name;
    fs::create_directories(path.parent_path());
    std::ofstream{path, std::ios::binary} << content;
    return path;
  }
  [[nodiscard]] allowed_roots roots() const { return {(folder / "open").string()}; }
  [[nodiscard]] expected<extracted_page> read_whole(const extract_page& request) const {
    auto x = read_page(request, {roots(), {}});
    if (!x)
      return tl::make_unexpected(x.error());
    return std::move(**x);
  }
};

extract_page page_request(const fs::path& path) {
  extract_page x;
  x.url = file_url(path.string());
  x.until = deadline::in(std::chrono::seconds{30});
  return x;
}

std::vector<std::string> names(const file_list& x) {
  std::vector<std::string> out;
  for (auto& file : x.files)
    out.push_back(fs::path{*file_path(file.url)}.filename().string());
  return out;
}

} // namespace

CAF_TEST_FIXTURE_SCOPE(documents_tests, fixture)

CAF_TEST(a path is allowed below a root only) {
  auto inside = write("open/a.txt", "inside");
  auto outside = write("closed/b.txt", "outside");
  write("open-not/c.txt", "a neighbour whose name starts the same");
  CAF_CHECK(resolve_allowed(inside.string(), roots()));
  for (auto& path : {outside, folder / "open/../closed/b.txt", folder / "open-not/c.txt"}) {
    auto found = resolve_allowed(path.string(), roots());
    CAF_REQUIRE(!found);
    CAF_CHECK(found.error().code == errc::path_not_allowed);
    CAF_CHECK(found.error().advice.find("--allow-path") != std::string::npos);
  }
  CAF_CHECK(!resolve_allowed(inside.string(), {}));
  CAF_CHECK(resolve_allowed((folder / "open/none").string(), roots()).error().code == errc::not_found);
}

CAF_TEST(a link out of the root is refused and not listed) {
  auto secret = write("closed/secret.txt", "secret");
  write("open/a.txt", "a");
  fs::create_symlink(secret, folder / "open/link.txt");
  fs::create_directory_symlink(folder / "closed", folder / "open/folder");
  CAF_CHECK(read_local_file((folder / "open/link.txt").string(), 1000, roots()).error().code == errc::path_not_allowed);
  CAF_CHECK(read_local_file((folder / "open/folder/secret.txt").string(), 1000, roots()).error().code
            == errc::path_not_allowed);
  auto listed = list_local_files((folder / "open").string(), 100, roots());
  CAF_REQUIRE(listed);
  CAF_CHECK_EQUAL(names(*listed), std::vector<std::string>{"a.txt"});
}

CAF_TEST(what a folder leaves out is named with its reason and the rest counted) {
  write("open/a.txt", "a");
  write("open/picture.png", "x");
  write("open/.hidden.png", "x");
  write("closed/secret.txt", "secret");
  fs::create_symlink(folder / "closed/secret.txt", folder / "open/out.txt");
  fs::create_symlink(folder / "open/none.txt", folder / "open/nowhere.txt");
  fs::create_symlink(folder / "open/a.txt", folder / "open/again.txt");
  ::mkfifo((folder / "open/pipe.txt").c_str(), 0600);
  auto listed = list_local_files((folder / "open").string(), 100, roots());
  CAF_REQUIRE(listed);
  std::vector<std::string> told;
  for (auto& x : listed->left_out)
    told.push_back(fs::path{*file_path(x.url)}.filename().string() + " " + x.reason);
  CAF_CHECK_EQUAL(told,
                  (std::vector<std::string>{"again.txt duplicate", "nowhere.txt unreadable", "out.txt out_of_scope",
                                            "picture.png unsupported_media", "pipe.txt unsupported_media"}));
  CAF_CHECK_EQUAL(listed->left_out_more, 0u);
  for (int i = 0; i < 60; ++i)
    write("open/x" + std::to_string(i) + ".bin", "x");
  auto many = list_local_files((folder / "open").string(), 100, roots());
  CAF_REQUIRE(many);
  CAF_CHECK_EQUAL(many->left_out.size(), 50u);
  CAF_CHECK_EQUAL(many->left_out_more, 15u);
}

CAF_TEST(a listing is sorted and bounded and takes readable kinds only) {
  for (auto name :
       {"b.md", "a.HTML", "sub/d.txt", "sub/deeper/e.pdf", "c.png", ".hidden.txt", ".git/x.txt", "CVS/y.txt"})
    write("open/" + std::string{name}, "x");
  fs::create_directory_symlink(folder / "open", folder / "open/sub/loop");
  fs::create_symlink(folder / "open/b.md", folder / "open/again.md");
  auto listed = list_local_files((folder / "open").string(), 100, roots());
  CAF_REQUIRE(listed);
  CAF_CHECK_EQUAL(names(*listed), (std::vector<std::string>{"a.HTML", "b.md", "d.txt", "e.pdf"}));
  CAF_CHECK(!listed->truncated);
  CAF_CHECK(std::is_sorted(listed->files.begin(), listed->files.end(), [](auto& a, auto& b) { return a.url < b.url; }));
  auto size = listed->files[0].validator.substr(0, 2);
  CAF_CHECK_EQUAL(size, "1:");
  auto few = list_local_files((folder / "open").string(), 2, roots());
  CAF_REQUIRE(few);
  CAF_CHECK(few->truncated);
  CAF_CHECK_EQUAL(few->files.size(), 2u);
  auto one = list_local_files((folder / "open/c.png").string(), 100, roots());
  CAF_REQUIRE(one);
  CAF_CHECK_EQUAL(one->files.size(), 1u);
}

CAF_TEST(what is no regular file or too big is refused) {
  write("open/big.txt", std::string(2000, 'x'));
  CAF_CHECK(read_local_file((folder / "open/big.txt").string(), 1999, roots()).error().code == errc::too_large);
  CAF_CHECK(read_local_file((folder / "open").string(), 1999, roots()).error().code == errc::unreadable);
  ::mkfifo((folder / "open/pipe.txt").c_str(), 0600);
  CAF_CHECK(read_local_file((folder / "open/pipe.txt").string(), 1999, roots()).error().code == errc::unreadable);
}

CAF_TEST(a child that nobody waits for is killed) {
  std::atomic<bool> stop{true};
  child_limits limits;
  limits.wall = std::chrono::milliseconds{3'600'000}; // not what ends it
  auto ran = run_child({"sleep", "3600"}, {}, limits, &stop);
  CAF_REQUIRE(!ran);
  CAF_CHECK(ran.error().code == errc::cancelled);
  std::atomic<bool> go{false};
  CAF_CHECK(run_child({"true"}, {}, limits, &go));
}

CAF_TEST(a file is read as what its name or content says) {
  auto page = read_whole(page_request(write("open/a page.md", "# A heading\n\nSome *text* in it.\n")));
  CAF_REQUIRE(page);
  CAF_CHECK_EQUAL(page->content.text, "A heading\n\nSome text in it.");
  CAF_CHECK_EQUAL(page->media_type, "text/markdown");
  CAF_CHECK_EQUAL(page->content.title, "A heading");
  CAF_CHECK_EQUAL(page->raw_sha256.size(), 64u);
  CAF_CHECK(page->validator.starts_with("32:"));
  CAF_CHECK_EQUAL(page->bytes, 32u);
  auto strange = read_whole(page_request(write("open/LICENSE", "A licence without an ending.")));
  CAF_REQUIRE(strange);
  CAF_CHECK_EQUAL(strange->media_type, "text/plain");
  CAF_CHECK_EQUAL(strange->content.title, "A licence without an ending.");
  auto binary = read_whole(page_request(write("open/x.txt", std::string(100, '\0'))));
  CAF_CHECK(binary.error().code == errc::unsupported_media);
  auto late = page_request(folder / "open/LICENSE");
  late.until = {};
  CAF_CHECK(read_whole(late).error().code == errc::deadline_exceeded);
}

CAF_TEST(a pdf is read by its content) {
  auto page = read_whole(page_request(write("open/paper.bin", small_pdf("Hello from a small PDF"))));
  CAF_REQUIRE(page);
  CAF_CHECK(page->content.text.find("Hello from a small PDF") != std::string::npos);
  CAF_CHECK_EQUAL(page->media_type, "application/pdf");
  auto damaged = read_whole(page_request(write("open/damaged.pdf", "%PDF-1.4\nnot really")));
  CAF_REQUIRE(!damaged);
  CAF_CHECK(damaged.error().code == errc::unreadable);
  CAF_CHECK(!damaged.error().advice.empty());
  CAF_CHECK(read_whole(page_request(write("open/scan.pdf", small_pdf("")))).error().code == errc::content_empty);
}

CAF_TEST(a scan is handed on and its text recognised) {
  auto picture = run_child({"pdftoppm", "-q", "-gray", "-r", "150", "-"}, small_pdf("The owl sleeps at noon"), {});
  CAF_REQUIRE(picture);
  auto request = page_request(write("open/scan.pdf", scanned_pdf(picture->output)));
  page_reading how{roots(), {}};
  auto left_out = read_page(request, how);
  CAF_REQUIRE(!left_out);
  CAF_CHECK(left_out.error().code == errc::content_empty);
  how.pictures = picture_pages::hand_on;
  auto handed_on = read_page(request, how);
  CAF_REQUIRE(handed_on);
  CAF_CHECK(!*handed_on);
  how.pictures = picture_pages::recognise;
  auto read = read_page(request, how);
  CAF_REQUIRE(read);
  CAF_REQUIRE(*read);
  CAF_CHECK_EQUAL((*read)->content.text, "The owl sleeps at noon");
  CAF_CHECK_EQUAL((*read)->content.pages, std::vector<std::uint32_t>{0});
}

CAF_TEST(a page without text or picture is left as it is) {
  page_reading how{roots(), {}};
  how.pictures = picture_pages::hand_on;
  auto page = read_page(
    page_request(write("open/blank.pdf", small_pdf(std::vector<std::vector<pdf_words>>{{{"Some text"}}, {}}))), how);
  CAF_REQUIRE(page);
  CAF_REQUIRE(*page);
  CAF_CHECK_EQUAL((*page)->content.pages.size(), 2u);
}

CAF_TEST(a missing converter names its package) {
  auto missing = pdf_pages("%PDF-1.4", {}, "no-such-converter");
  CAF_REQUIRE(!missing);
  CAF_CHECK(missing.error().code == errc::unreadable);
  CAF_CHECK(missing.error().advice.find("poppler-utils") != std::string::npos);
}

CAF_TEST(children live within their limits) {
  child_limits limits;
  auto echoed = run_child({"cat"}, std::string(300000, 'x'), limits);
  CAF_REQUIRE(echoed);
  CAF_CHECK_EQUAL(echoed->output.size(), 300000u);
  CAF_CHECK_EQUAL(echoed->status, 0);
  auto failed = run_child({"ls", "/no/such/folder"}, "", limits);
  CAF_REQUIRE(failed);
  CAF_CHECK(failed->status != 0);
  CAF_CHECK(!failed->complaint.empty());
  auto deaf = run_child({"true"}, std::string(3000000, 'x'), limits); // never reads its input
  CAF_REQUIRE(deaf);
  CAF_CHECK_EQUAL(deaf->status, 0);
  limits.output = 1000;
  auto flood = run_child({"yes"}, "", limits);
  CAF_REQUIRE(!flood);
  CAF_CHECK(flood.error().code == errc::too_large);
  limits = {};
  limits.wall = std::chrono::milliseconds{50};
  auto endless = run_child({"sleep", "600"}, "", limits);
  CAF_REQUIRE(!endless);
  CAF_CHECK(endless.error().code == errc::deadline_exceeded);
  limits = {};
  limits.file_size = 100;
  auto writer = run_child({"dd", "if=/dev/zero", "of=" + (folder / "out").string(), "bs=1000", "count=10"}, "", limits);
  CAF_REQUIRE(writer);
  CAF_CHECK(writer->status != 0);
  limits = {};
  auto big = std::vector<std::string>{"dd", "if=/dev/zero", "of=/dev/null", "bs=128M", "count=1"};
  auto fed = run_child(big, "", limits);
  CAF_REQUIRE(fed);
  CAF_CHECK_EQUAL(fed->status, 0);
  limits.memory = 64u << 20;
  auto hungry = run_child(big, "", limits);
  CAF_REQUIRE(hungry);
  CAF_CHECK(hungry->status != 0);
  CAF_CHECK(run_child({"no-such-program"}, "", {}).error().code == errc::not_found);
}

CAF_TEST_FIXTURE_SCOPE_END()
