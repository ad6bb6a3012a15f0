# Helpers that every folder's CMakeLists.txt uses, so that a folder only lists its files and what it depends on.

set(CMAKE_CXX_STANDARD 20)
set(CMAKE_CXX_STANDARD_REQUIRED ON)
set(CMAKE_CXX_EXTENSIONS OFF)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)

find_program(TANDEM_CCACHE ccache)
if(TANDEM_CCACHE)
  set(CMAKE_CXX_COMPILER_LAUNCHER
      ${CMAKE_COMMAND} -E env CCACHE_SLOPPINESS=pch_defines,time_macros,include_file_mtime,include_file_ctime
      CCACHE_NOHASHDIR=1 CCACHE_BASEDIR=${CMAKE_SOURCE_DIR} ${TANDEM_CCACHE})
endif()

# Flags that every target of ours is compiled with.
add_library(tandem_flags INTERFACE)
target_include_directories(tandem_flags INTERFACE "${PROJECT_SOURCE_DIR}")
target_compile_options(tandem_flags INTERFACE -Wall -Wextra -Wpedantic -Wshadow -Wnon-virtual-dtor -Wold-style-cast
                                              -Woverloaded-virtual -Wcast-align)
if(CMAKE_CXX_COMPILER_ID STREQUAL "Clang")
  target_compile_options(tandem_flags INTERFACE "SHELL:-Xclang -fno-pch-timestamp")
endif()
if(TANDEM_SANITIZE)
  list(JOIN TANDEM_SANITIZE "," sanitizers)
  target_compile_options(tandem_flags INTERFACE -fsanitize=${sanitizers} -fno-omit-frame-pointer -fno-sanitize-recover=all)
  target_link_options(tandem_flags INTERFACE -fsanitize=${sanitizers})
endif()

# The shared precompiled header; core libraries and their tests reuse it.
file(WRITE "${CMAKE_BINARY_DIR}/tandem_pch.cpp" "")
add_library(tandem_pch STATIC "${CMAKE_BINARY_DIR}/tandem_pch.cpp")
target_link_libraries(tandem_pch PUBLIC tandem_flags fmt::fmt)
target_precompile_headers(tandem_pch PRIVATE "${PROJECT_SOURCE_DIR}/cmake/pch.h")

# tandem_core_library(NAME SOURCES file... DEPENDS target... PRIVATE_DEPENDS target...)
# makes the static library tandem_NAME (alias tandem::NAME).
function(tandem_core_library name)
  cmake_parse_arguments(arg "" "" "SOURCES;DEPENDS;PRIVATE_DEPENDS" ${ARGN})
  add_library(tandem_${name} STATIC ${arg_SOURCES})
  add_library(tandem::${name} ALIAS tandem_${name})
  target_link_libraries(tandem_${name} PUBLIC tandem_flags fmt::fmt ${arg_DEPENDS} PRIVATE ${arg_PRIVATE_DEPENDS})
  target_precompile_headers(tandem_${name} REUSE_FROM tandem_pch)
endfunction()

# The same for tests, with what every test includes.
function(tandem_make_test_pch)
  add_library(tandem_test_pch STATIC "${CMAKE_BINARY_DIR}/tandem_pch.cpp")
  target_link_libraries(tandem_test_pch PUBLIC tandem_flags fmt::fmt GTest::gtest GTest::gmock)
  target_precompile_headers(tandem_test_pch PRIVATE "${PROJECT_SOURCE_DIR}/cmake/pch.h" <gmock/gmock.h> <gtest/gtest.h>)
endfunction()

# tandem_core_test(NAME SOURCES file... DEPENDS target... [LABEL label] [TIMEOUT seconds])
# makes the GoogleTest program NAME_test and registers each of its cases with CTest, labelled `core` unless
# told otherwise.
function(tandem_core_test name)
  cmake_parse_arguments(arg "" "TIMEOUT;LABEL" "SOURCES;DEPENDS" ${ARGN})
  if(NOT arg_LABEL)
    set(arg_LABEL core)
  endif()
  if(NOT arg_TIMEOUT)
    set(arg_TIMEOUT 300)
  endif()
  add_executable(${name}_test ${arg_SOURCES})
  target_link_libraries(${name}_test PRIVATE tandem_flags fmt::fmt ${arg_DEPENDS} GTest::gtest GTest::gmock GTest::gtest_main)
  target_precompile_headers(${name}_test REUSE_FROM tandem_test_pch)
  target_compile_definitions(${name}_test PRIVATE TANDEM_SOURCE_DIR="${PROJECT_SOURCE_DIR}")
  include(GoogleTest)
  gtest_discover_tests(${name}_test TEST_PREFIX "${name}." DISCOVERY_MODE PRE_TEST
                       PROPERTIES TIMEOUT ${arg_TIMEOUT} LABELS ${arg_LABEL})
endfunction()
