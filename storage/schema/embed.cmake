# troupe_schema(engine out): turns storage/schema/<engine>/NNNN_*.sql into a C++ source that holds them, in order.
function(troupe_schema engine out)
  file(GLOB files CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/storage/schema/${engine}/[0-9][0-9][0-9][0-9]_*.sql)
  list(SORT files)
  set(body "")
  foreach(file ${files})
    set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${file})
    get_filename_component(name ${file} NAME_WE)
    string(REGEX REPLACE "^0*([0-9]+)_.*$" "\\1" number ${name})
    file(READ ${file} sql)
    string(APPEND body "  {${number}, \"${name}\", R\"schema_sql(${sql})schema_sql\"},\n")
  endforeach()
  set(target ${CMAKE_BINARY_DIR}/generated/schema_${engine}.cpp)
  file(CONFIGURE OUTPUT ${target} @ONLY CONTENT
"// Made by storage/schema/embed.cmake from storage/schema/${engine}/*.sql.
#include \"storage/schema/migrations.hpp\"

namespace troupe::storage {

namespace {
constexpr migration all[]{
${body}};
} // namespace

std::span<const migration> ${engine}_migrations() noexcept { return all; }

} // namespace troupe::storage
")
  set(${out} ${target} PARENT_SCOPE)
endfunction()
