# SPDX-License-Identifier: MIT
# Every kind of test finds its own files. Unit tests and scenarios are listed by the binaries when
# ctest starts (cmake/discover.cmake), so a new scenario needs neither a configure nor a build.
set(root "${PROJECT_SOURCE_DIR}")
set(ebb_env "EBB_SOURCE_DIR=${root}" "EBB_BUILD_DIR=${PROJECT_BINARY_DIR}" "EBB=${PROJECT_BINARY_DIR}/ebb"
    "EBB_CC=${CMAKE_C_COMPILER}" "EBB_CFLAGS=${CMAKE_C_FLAGS}" "EBB_LDFLAGS=${EBB_LINK_FLAGS}"
    "EBB_CMAKE=${CMAKE_COMMAND}" "EBB_GENERATOR=${CMAKE_GENERATOR}" "EBB_CTEST=${CMAKE_CTEST_COMMAND}")
# Profiles of a coverage build belong below build/, wherever the program that writes them runs.
if(CMAKE_C_FLAGS MATCHES "-fprofile-instr-generate")
  list(APPEND ebb_env "LLVM_PROFILE_FILE=${PROJECT_BINARY_DIR}/profiles/%4m.profraw")
endif()

# ebb_test(name timeout label command…): 77 is skipped, and everybody runs in the source folder.
function(ebb_test name timeout label)
  add_test(NAME ${name} COMMAND ${ARGN} WORKING_DIRECTORY "${root}")
  set_tests_properties(${name} PROPERTIES SKIP_RETURN_CODE 77 TIMEOUT ${timeout} LABELS ${label} ENVIRONMENT "${ebb_env}")
endfunction()

# ebb_fuzzer(target source): one fuzz target, driven by the engine of this build or by replay_main.c.
file(GLOB ebb_replay_main CONFIGURE_DEPENDS "${root}/fuzzers/replay_main.c")
function(ebb_fuzzer target source)
  if(LIB_FUZZING_ENGINE OR EBB_FUZZ)
    add_executable(${target} ${source})
    if(LIB_FUZZING_ENGINE)
      set_target_properties(${target} PROPERTIES LINKER_LANGUAGE CXX)
      target_link_libraries(${target} PRIVATE ${LIB_FUZZING_ENGINE})
    else()
      target_link_options(${target} PRIVATE -fsanitize=fuzzer)
    endif()
  elseif(ebb_replay_main)
    add_executable(${target} ${source} ${ebb_replay_main})
  else()
    return()
  endif()
  target_link_libraries(${target} PRIVATE ${EBB_FLOORS})
endfunction()

# ---- unit: one runner; ctest runs each test in a process of its own ------------------------------
if(PkgConfig_FOUND)
  pkg_check_modules(EBB_CUNIT QUIET IMPORTED_TARGET cunit)
endif()
file(GLOB_RECURSE unit_sources CONFIGURE_DEPENDS "${root}/tests/unit/*.c")
set(unit_suites "${unit_sources}")
list(FILTER unit_suites INCLUDE REGEX "_test\\.c$")
set(ebb_unit_tests "")
if(unit_suites)
  if(NOT EBB_CUNIT_FOUND)
    message(FATAL_ERROR "CUnit not found; run ./dev setup")
  endif()
  add_executable(unit_tests ${unit_sources})
  target_link_libraries(unit_tests PRIVATE ${EBB_FLOORS} PkgConfig::EBB_CUNIT)
  set(ebb_unit_tests "${PROJECT_BINARY_DIR}/unit_tests")
else()
  message(STATUS "tests/unit: no *_test.c yet, skipped")
endif()

# ---- negative: programs that must fail, and the scripts that watch them do so --------------------
# <name>.def beside <name>.c makes it a suite file of the unit runner.
file(GLOB negative_sources CONFIGURE_DEPENDS "${root}/tests/negative/*.c")
file(GLOB negative_suites CONFIGURE_DEPENDS "${root}/tests/negative/*.def")
foreach(source IN LISTS negative_sources)
  cmake_path(GET source STEM name)
  if(name MATCHES "^fuzz_")
    ebb_fuzzer(negative_${name} ${source})
    continue()
  endif()
  set(def "${root}/tests/negative/${name}.def")
  if(def IN_LIST negative_suites)
    if(NOT EBB_CUNIT_FOUND)
      message(FATAL_ERROR "CUnit not found; run ./dev setup")
    endif()
    add_executable(negative_${name} ${source} tests/unit/unit_main.c)
    target_compile_definitions(negative_${name} PRIVATE "UNIT_SUITES=\"tests/negative/${name}.def\"")
    target_link_libraries(negative_${name} PRIVATE PkgConfig::EBB_CUNIT)
  else()
    add_executable(negative_${name} ${source})
  endif()
  target_link_libraries(negative_${name} PRIVATE ${EBB_FLOORS})
endforeach()
foreach(kind IN ITEMS golden negative)
  file(GLOB scripts CONFIGURE_DEPENDS "${root}/tests/${kind}/*.sh")
  foreach(script IN LISTS scripts)
    cmake_path(GET script STEM name)
    ebb_test(${kind}.${name} 300 ${kind} bash "${script}")
  endforeach()
endforeach()

# ---- property: one program each ------------------------------------------------------------------
file(GLOB property_sources CONFIGURE_DEPENDS "${root}/tests/property/*.c")
foreach(source IN LISTS property_sources)
  cmake_path(GET source STEM name)
  add_executable(property_${name} ${source})
  target_link_libraries(property_${name} PRIVATE ${EBB_FLOORS})
  ebb_test(property.${name} 600 property property_${name})
endforeach()

# ---- bench: where figures mean something ---------------------------------------------------------
if(EBB_BENCH)
  file(GLOB bench_sources CONFIGURE_DEPENDS "${root}/tests/bench/bench_*.c")
  foreach(source IN LISTS bench_sources)
    cmake_path(GET source STEM name)
    add_executable(${name} ${source})
    target_link_libraries(${name} PRIVATE ${EBB_FLOORS})
    set_target_properties(${name} PROPERTIES RUNTIME_OUTPUT_DIRECTORY "${PROJECT_BINARY_DIR}/bench")
  endforeach()
endif()

# ---- fuzzers: a libFuzzer binary to find, a replayer to keep found --------------------------------
file(GLOB fuzz_sources CONFIGURE_DEPENDS "${root}/fuzzers/fuzz_*.c")
foreach(source IN LISTS fuzz_sources)
  cmake_path(GET source STEM name)
  if(LIB_FUZZING_ENGINE OR EBB_FUZZ)
    ebb_fuzzer(${name} ${source})
  elseif(ebb_replay_main)
    ebb_fuzzer(replay_${name} ${source})
    ebb_test(corpus.${name} 300 corpus bash "${root}/tools/replay.sh" $<TARGET_FILE:replay_${name}> "corpus/${name}")
  else()
    message(STATUS "fuzzers/replay_main.c: not there yet, ${name} skipped")
  endif()
endforeach()

# ---- the installed package, and the lint ---------------------------------------------------------
if(NOT EBB_FUZZ)
  ebb_test(consumer.install 300 consumer bash "${root}/tests/consumer/consumer.sh")
  ebb_test(lint.tidy 120 lint bash "${root}/tools/tidy.sh" "${root}" "${PROJECT_BINARY_DIR}")
endif()

# ---- listed when ctest starts ---------------------------------------------------------------------
set(ebb_command "")
if(TARGET ebb)
  set(ebb_command "${PROJECT_BINARY_DIR}/ebb")
endif()
string(JOIN "\n" discover
  "set(root [==[${root}]==])" "set(unit_tests [==[${ebb_unit_tests}]==])" "set(ebb [==[${ebb_command}]==])"
  "set(environment [==[${ebb_env}]==])" "include([==[${root}/cmake/discover.cmake]==])" "")
file(GENERATE OUTPUT "${PROJECT_BINARY_DIR}/discover_tests.cmake" CONTENT "${discover}")
set_property(DIRECTORY "${PROJECT_SOURCE_DIR}" APPEND PROPERTY TEST_INCLUDE_FILES "${PROJECT_BINARY_DIR}/discover_tests.cmake")
