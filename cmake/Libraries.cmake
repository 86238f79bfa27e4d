# Third-party libraries. The small ones are linked from their static archives: start-up is decided by linking
# (docs/decisions.md), and every shared library costs some tenths of a millisecond.
find_package(Threads REQUIRED)

# hindcast_static(NAME archive header EXTRA...): an imported target from a static archive, or a clear error.
function(hindcast_static name archive header)
  find_library(${name}_ARCHIVE ${archive})
  find_path(${name}_INCLUDE ${header})
  if(NOT ${name}_ARCHIVE OR NOT ${name}_INCLUDE)
    message(FATAL_ERROR "${archive} or ${header} not found: ./dev build installs what is missing")
  endif()
  add_library(${name} STATIC IMPORTED GLOBAL)
  set_target_properties(${name} PROPERTIES IMPORTED_LOCATION ${${name}_ARCHIVE}
    INTERFACE_SYSTEM_INCLUDE_DIRECTORIES ${${name}_INCLUDE})
  if(ARGN)
    target_link_libraries(${name} INTERFACE ${ARGN})
  endif()
endfunction()

# xxHash as its header alone: libfyaml's archive carries parts of the same library under the same names.
find_path(PkgXXHASH_INCLUDE xxhash.h REQUIRED)
add_library(PkgXXHASH INTERFACE)
target_include_directories(PkgXXHASH SYSTEM INTERFACE ${PkgXXHASH_INCLUDE})
target_compile_definitions(PkgXXHASH INTERFACE XXH_INLINE_ALL)
hindcast_static(PkgZSTD libzstd.a zstd.h)
hindcast_static(PkgLZ4 liblz4.a lz4frame.h)
hindcast_static(PkgZLIB libz.a zlib.h)
hindcast_static(PkgSNAPPY libsnappy.a snappy-c.h -static-libgcc -l:libstdc++.a m)
hindcast_static(PkgNETTLE libnettle.a nettle/sha2.h)
hindcast_static(PkgSQLITE libsqlite3.a sqlite3.h m dl)
hindcast_static(PkgUV libuv_a.a uv.h dl rt)
hindcast_static(PkgHTTPPARSER libhttp_parser.a http_parser.h)
hindcast_static(PkgJANSSON libjansson.a jansson.h)
hindcast_static(PkgFYAML libfyaml.a libfyaml.h m)

# librdkafka is opened when a mirror first needs it (docs/decisions.md): its header alone is built against.
find_path(PkgRDKAFKA_INCLUDE librdkafka/rdkafka.h REQUIRED)
add_library(PkgRDKAFKA INTERFACE)
target_include_directories(PkgRDKAFKA SYSTEM INTERFACE ${PkgRDKAFKA_INCLUDE})
target_link_libraries(PkgRDKAFKA INTERFACE dl)

# So is libpq, when a database is first read.
find_path(PkgPQ_INCLUDE libpq-fe.h PATH_SUFFIXES postgresql REQUIRED)
add_library(PkgPQ INTERFACE)
target_include_directories(PkgPQ SYSTEM INTERFACE ${PkgPQ_INCLUDE})
target_link_libraries(PkgPQ INTERFACE dl)
