# Turns the console's files and openapi.json into OUT, a C++ source. Run by the build: cmake -DGATEWAY=… -DOUT=… -P this
file(GLOB files ${GATEWAY}/console/*.html ${GATEWAY}/console/*.css ${GATEWAY}/console/*.js ${GATEWAY}/console/*.svg
     ${GATEWAY}/api/openapi.json)
list(SORT files)
set(arrays "")
set(entries "")
set(number 0)
foreach(file ${files})
  get_filename_component(name ${file} NAME)
  get_filename_component(extension ${file} LAST_EXT)
  if(extension STREQUAL ".html")
    set(type "text/html; charset=utf-8")
  elseif(extension STREQUAL ".css")
    set(type "text/css; charset=utf-8")
  elseif(extension STREQUAL ".js")
    set(type "text/javascript; charset=utf-8")
  elseif(extension STREQUAL ".svg")
    set(type "image/svg+xml")
  else()
    set(type "application/json")
  endif()
  set(path "/${name}")
  if(name STREQUAL "index.html")
    set(path "/")
  endif()
  file(READ ${file} hex HEX)
  file(SHA256 ${file} hash)
  string(SUBSTRING ${hash} 0 16 tag)
  string(REGEX REPLACE "([0-9a-f][0-9a-f])" "0x\\1," bytes "${hex}")
  string(APPEND arrays "const unsigned char file_${number}[] = {${bytes}};\n")
  string(APPEND entries "  {\"${path}\", \"${type}\", \"\\\"${tag}\\\"\", text(file_${number}, sizeof file_${number})},\n")
  math(EXPR number "${number} + 1")
endforeach()
file(WRITE ${OUT}
"// Made by gateway/console/embed.cmake.
#include \"gateway/console/files.hpp\"

#include <array>

namespace troupe::gateway {

namespace {

${arrays}
std::string_view text(const unsigned char* bytes, std::size_t size) {
  return {reinterpret_cast<const char*>(bytes), size};
}

} // namespace

std::span<const console_file> console_files() {
  static const std::array<console_file, ${number}> files{{
${entries}  }};
  return files;
}

} // namespace troupe::gateway
")
