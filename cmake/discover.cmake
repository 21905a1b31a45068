# SPDX-License-Identifier: MIT
# Read by ctest itself, each time it starts. In: root, environment, and unit_tests and ebb, the paths
# of the two binaries ("" where the tree does not build one). A list that cannot be had is a red test
# with a name that says so: no tests found must never look like all tests passed.

# A semicolon would split a line in two and a bracket would glue lines together.
function(discover_lines out text)
  string(REGEX REPLACE "[][;]" "?" text "${text}")
  string(REGEX REPLACE "\n+$" "" text "${text}")
  string(REPLACE "\n" ";" lines "${text}")
  set(${out} "${lines}" PARENT_SCOPE)
endfunction()

# In a function the list would be scoped; ctest wants add_test with plain arguments.
macro(discover_test name timeout label)
  add_test("${name}" ${ARGN})
  set_tests_properties("${name}" PROPERTIES WORKING_DIRECTORY "${root}" ENVIRONMENT "${environment}"
                       TIMEOUT ${timeout} LABELS ${label} SKIP_RETURN_CODE 77)
endmacro()
macro(discover_failed kind why)
  message("${kind} tests could not be listed: ${why}")
  add_test("${kind}.DISCOVERY_FAILED" sh -c "echo \"$1\"; exit 1" sh "${kind} tests could not be listed: ${why}")
  set_tests_properties("${kind}.DISCOVERY_FAILED" PROPERTIES LABELS ${kind})
endmacro()

# The listings run under the tests' environment as well.
foreach(pair IN LISTS environment)
  if(pair MATCHES "^([A-Z_]+)=(.*)$")
    set(ENV{${CMAKE_MATCH_1}} "${CMAKE_MATCH_2}")
  endif()
endforeach()

if(NOT unit_tests STREQUAL "")
  execute_process(COMMAND "${unit_tests}" --list WORKING_DIRECTORY "${root}" TIMEOUT 60
                  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  discover_lines(lines "${output}")
  if(NOT result STREQUAL "0")
    discover_failed(unit "${unit_tests} --list ended with ${result} ${errors}")
  elseif(lines STREQUAL "")
    discover_failed(unit "${unit_tests} --list printed nothing")
  else()
    foreach(line IN LISTS lines)
      discover_test("unit.${line}" 120 unit "${unit_tests}" "${line}")
    endforeach()
  endif()
endif()

# One line per judged variant: the file below the root, a tab, the variant.
file(GLOB_RECURSE scenario_files "${root}/scenarios/*.yaml")
if(NOT ebb STREQUAL "" AND NOT scenario_files STREQUAL "")
  execute_process(COMMAND "${ebb}" list --ctest scenarios WORKING_DIRECTORY "${root}" TIMEOUT 120
                  RESULT_VARIABLE result OUTPUT_VARIABLE output ERROR_VARIABLE errors)
  discover_lines(lines "${output}")
  if(NOT result STREQUAL "0")
    discover_failed(scenario "${ebb} list --ctest scenarios ended with ${result} ${errors}")
  elseif(lines STREQUAL "")
    discover_failed(scenario "${ebb} list --ctest scenarios printed nothing")
  else()
    foreach(line IN LISTS lines)
      if(NOT line MATCHES "^([^\t]+)\t?(.*)$")
        discover_failed(scenario "not a line of file, tab, variant: ${line}")
        continue()
      endif()
      set(file "${CMAKE_MATCH_1}")
      set(variant "${CMAKE_MATCH_2}")
      string(REGEX REPLACE "^scenarios/|\\.yaml$" "" name "${file}")
      string(REPLACE "/" "." name "${name}")
      if(variant STREQUAL "")
        discover_test("scenario.${name}" 120 scenario "${ebb}" run "${file}")
      else()
        discover_test("scenario.${name}.${variant}" 120 scenario "${ebb}" run --variant "${variant}" "${file}")
      endif()
    endforeach()
  endif()
endif()
