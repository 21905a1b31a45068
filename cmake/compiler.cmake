# SPDX-License-Identifier: MIT
# What every translation unit is compiled with, whichever preset chose the rest of the flags.
include(CheckCCompilerFlag)

set(CMAKE_C_STANDARD 11)
set(CMAKE_C_STANDARD_REQUIRED ON)
set(CMAKE_C_EXTENSIONS ON)
set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
set(CMAKE_RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}")
set(CMAKE_ARCHIVE_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/lib")

add_compile_options(
  $<$<COMPILE_LANGUAGE:C>:-Wall> $<$<COMPILE_LANGUAGE:C>:-Wextra> $<$<COMPILE_LANGUAGE:C>:-Wshadow>
  $<$<COMPILE_LANGUAGE:C>:-Wconversion> $<$<COMPILE_LANGUAGE:C>:-Wundef> $<$<COMPILE_LANGUAGE:C>:-Wstrict-prototypes>
  $<$<COMPILE_LANGUAGE:C>:-Werror>)

# __FILE__ reaches messages and goldens, and must not tell where the tree was checked out.
# gcc 12's mod/ref summaries have dropped a branch of ours at -O2 that reads what a call has just written; the same code is
# right with them off, with gcc -O1 and with clang. A verdict must not rest on them.
if(CMAKE_C_COMPILER_ID STREQUAL "GNU" AND CMAKE_C_COMPILER_VERSION VERSION_GREATER_EQUAL 12
   AND CMAKE_C_COMPILER_VERSION VERSION_LESS 13)
  add_compile_options(-fno-ipa-modref)
endif()
add_compile_options("-fmacro-prefix-map=${PROJECT_SOURCE_DIR}/=")

include_directories("${PROJECT_SOURCE_DIR}/runtime" "${PROJECT_SOURCE_DIR}/harness" "${PROJECT_SOURCE_DIR}")

# With fake stacks for locals, LSan loses sight of what a parked coroutine holds and reports it as
# leaked. Newer compilers turn them on by default; where the flag exists it turns them off for good.
string(FIND "${CMAKE_C_FLAGS}" "address" sanitized)
if(NOT sanitized EQUAL -1)
  set(CMAKE_REQUIRED_FLAGS "-fsanitize=address")
  check_c_compiler_flag(-fsanitize-address-use-after-return=never EBB_CLANG_FAKE_STACKS)
  check_c_compiler_flag("--param=asan-use-after-return=0" EBB_GCC_FAKE_STACKS)
  unset(CMAKE_REQUIRED_FLAGS)
  if(EBB_CLANG_FAKE_STACKS)
    add_compile_options(-fsanitize-address-use-after-return=never)
  elseif(EBB_GCC_FAKE_STACKS)
    add_compile_options(--param=asan-use-after-return=0)
  endif()

  # Where the kernel randomises 32 bits of a mapping, a position-independent program may land in the
  # range an older runtime keeps for its allocator, and then dies at start-up, now and then.
  if(CMAKE_C_COMPILER_ID STREQUAL "Clang" AND CMAKE_C_COMPILER_VERSION VERSION_LESS 18)
    set(EBB_LINK_FLAGS "-no-pie")
    add_link_options(${EBB_LINK_FLAGS})
  endif()
endif()
