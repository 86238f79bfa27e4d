# Every tests/unit/ROOM/test_NAME.c becomes the test ROOM_NAME, linked to its room (and what the room uses).
find_library(CMOCKA_LIBRARY cmocka REQUIRED)

# A guard against tests that hang, not a measure of speed.
set(test_seconds 300)
if(HINDCAST_SANITIZE)
  set(test_seconds 1200)
endif()

# Helpers that several tests share: tests/support, included as "support/json.h".
file(GLOB support CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/support/*.c)
add_library(hc_test_support STATIC EXCLUDE_FROM_ALL ${support})
target_include_directories(hc_test_support PUBLIC ${CMAKE_SOURCE_DIR}/tests)
target_link_libraries(hc_test_support PRIVATE hc_warnings PUBLIC hc_protocol hc_base)

# A test that includes "fake/NAME.h" gets tests/fake/NAME.c in place of the real thing.
function(hindcast_fakes target source)
  set_property(DIRECTORY APPEND PROPERTY CMAKE_CONFIGURE_DEPENDS ${source})
  file(STRINGS ${source} fakes REGEX "^#include \"fake/.*\\.h\"")
  foreach(fake ${fakes})
    string(REGEX REPLACE "^#include \"(fake/.*)\\.h\"" "\\1" fake "${fake}")
    target_sources(${target} PRIVATE ${CMAKE_SOURCE_DIR}/tests/${fake}.c)
  endforeach()
endfunction()

# A whole broker on virtual time (tests/sim/world): linked to every test that includes it, itself or by its fixture.h.
file(GLOB world CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sim/world/*.c)
add_library(hc_test_world STATIC EXCLUDE_FROM_ALL ${world})
target_link_libraries(hc_test_world PRIVATE hc_warnings PUBLIC hc_test_support hc_api ${CMOCKA_LIBRARY})
function(hindcast_world target source)
  get_filename_component(folder ${source} DIRECTORY)
  set(fixture)
  if(EXISTS ${folder}/fixture.h)
    file(STRINGS ${folder}/fixture.h fixture REGEX "^#include \"sim/world/.*\\.h\"")
  endif()
  file(STRINGS ${source} uses REGEX "^#include \"sim/world/.*\\.h\"")
  if(uses OR fixture)
    target_link_libraries(${target} PRIVATE hc_test_world)
  endif()
endfunction()

file(GLOB unit_tests CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/unit/*/test_*.c)
foreach(test ${unit_tests})
  get_filename_component(folder ${test} DIRECTORY)
  get_filename_component(room ${folder} NAME)
  get_filename_component(stem ${test} NAME_WE)
  string(REGEX REPLACE "^test_" "" stem ${stem})
  set(name ${room}_${stem})
  add_executable(test_${name} ${test})
  target_link_libraries(test_${name} PRIVATE hc_test_support hc_${room} hc_warnings ${CMOCKA_LIBRARY})
  target_include_directories(test_${name} PRIVATE ${CMAKE_SOURCE_DIR} ${CMAKE_SOURCE_DIR}/src ${CMAKE_SOURCE_DIR}/tests)
  target_compile_definitions(test_${name} PRIVATE HINDCAST_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
  hindcast_fakes(test_${name} ${test})
  hindcast_world(test_${name} ${test})
  add_test(NAME ${name} COMMAND test_${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${test_seconds})
endforeach()

# Simulations: tests/sim/sim_NAME.c becomes the test sim_NAME, on virtual time with a seed.
file(GLOB simulations CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/tests/sim/sim_*.c)
foreach(simulation ${simulations})
  get_filename_component(name ${simulation} NAME_WE)
  add_executable(${name} ${simulation})
  target_link_libraries(${name} PRIVATE hc_test_support hc_session hc_group hc_warnings ${CMOCKA_LIBRARY})
  target_include_directories(${name} PRIVATE ${CMAKE_SOURCE_DIR}/tests)
  hindcast_fakes(${name} ${simulation})
  hindcast_world(${name} ${simulation})
  add_test(NAME ${name} COMMAND ${name} WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
  set_tests_properties(${name} PROPERTIES TIMEOUT ${test_seconds})
endforeach()

# The search for look-ahead once more, in a broker that shows one record too many: it must be found.
add_executable(sim_broker_lookahead_mutant ${CMAKE_SOURCE_DIR}/tests/sim/sim_broker_lookahead.c
  ${CMAKE_SOURCE_DIR}/tests/sim/mutant/high_watermark.c)
target_link_libraries(sim_broker_lookahead_mutant PRIVATE hc_test_world hc_warnings)
target_compile_definitions(sim_broker_lookahead_mutant PRIVATE LOOKAHEAD_MUTANT)
target_link_options(sim_broker_lookahead_mutant PRIVATE -Wl,--wrap=hc_session_high_watermark)
add_test(NAME sim_broker_lookahead_mutant COMMAND sim_broker_lookahead_mutant)
set_tests_properties(sim_broker_lookahead_mutant PROPERTIES TIMEOUT ${test_seconds})

# Documents that are printed from tables must be what the tables say now: hindcast_generated(NAME document).
function(hindcast_generated name document)
  add_executable(hindcast-docs-${name} ${CMAKE_SOURCE_DIR}/docs/generate/${name}.c)
  target_link_libraries(hindcast-docs-${name} PRIVATE ${ARGN} hc_warnings)
  add_test(NAME docs_${name}
    COMMAND ${CMAKE_COMMAND} -DPROGRAM=$<TARGET_FILE:hindcast-docs-${name}>
      -DDOCUMENT=${CMAKE_SOURCE_DIR}/${document} -P ${CMAKE_SOURCE_DIR}/cmake/CheckGenerated.cmake)
endfunction()
hindcast_generated(protocol docs/protocol.md hc_protocol)
hindcast_generated(configuration docs/configuration.md hc_config)

# The example of docs/embedding.md, built against the public header and archive alone.
find_library(RDKAFKA_LIBRARY rdkafka REQUIRED)
add_executable(example_embed ${CMAKE_SOURCE_DIR}/examples/embed.c)
target_link_libraries(example_embed PRIVATE libhindcast ${RDKAFKA_LIBRARY})
target_compile_options(example_embed PRIVATE -Wall -Wextra -Wpedantic)
if(HINDCAST_SANITIZE)
  target_link_options(example_embed PRIVATE -fsanitize=${HINDCAST_SANITIZE})
endif()
if(HINDCAST_COVERAGE)
  target_link_options(example_embed PRIVATE --coverage)
endif()
# librdkafka starts its threads by thrd_create, which the thread checker of gcc 12 does not survive.
if(NOT HINDCAST_SANITIZE MATCHES "thread")
  add_test(NAME example_embed COMMAND example_embed)
  set_tests_properties(example_embed PROPERTIES TIMEOUT 60)
endif()

# The sample configuration of examples/ is one that `serve` takes.
add_test(NAME example_configuration
  COMMAND hindcast config check --config ${CMAKE_SOURCE_DIR}/examples/hindcast.yaml)

add_subdirectory(tests/vectors)
add_subdirectory(tests/fuzz)

# The tree itself: include directions, sizes, leftovers.
find_package(Python3 REQUIRED COMPONENTS Interpreter)
add_test(NAME tidy COMMAND ${Python3_EXECUTABLE} ${CMAKE_SOURCE_DIR}/tests/tidy/check.py)

add_subdirectory(bench)
