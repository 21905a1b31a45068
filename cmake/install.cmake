# SPDX-License-Identifier: MIT
# What C code under test needs: the runtime's archives and headers, found by find_package(ebb) or by
# pkg-config, and the command with its schema.
include(CMakePackageConfigHelpers)
set(ebb_headers "${CMAKE_INSTALL_INCLUDEDIR}/ebb")
set(ebb_package "${CMAKE_INSTALL_LIBDIR}/cmake/ebb")

set(ebb_installed "")
set(ebb_pc_libs "")
foreach(floor IN LISTS EBB_FLOORS)
  get_target_property(level ${floor} EBB_FLOOR)
  if(level LESS_EQUAL 3)
    list(APPEND ebb_installed ${floor})
    string(APPEND ebb_pc_libs " -lebb_${floor}")
    # The tree's own targets have their include roots from the directory.
    target_include_directories(${floor} INTERFACE $<INSTALL_INTERFACE:${ebb_headers}>)
  endif()
endforeach()

if(ebb_installed)
  if(EBB_SWITCH STREQUAL "fcontext")
    string(APPEND ebb_pc_libs " -l:libboost_context.a")
  endif()
  string(APPEND ebb_pc_libs " -lxxhash -lpthread")
  install(TARGETS ${ebb_installed} EXPORT ebb ARCHIVE DESTINATION "${CMAKE_INSTALL_LIBDIR}")
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/runtime/" DESTINATION "${ebb_headers}"
          FILES_MATCHING PATTERN "*.h" PATTERN "*.def")
  install(EXPORT ebb NAMESPACE ebb:: DESTINATION "${ebb_package}" FILE ebbTargets.cmake)
  list(TRANSFORM ebb_installed PREPEND "ebb::" OUTPUT_VARIABLE EBB_INTERFACE)
  configure_package_config_file("${PROJECT_SOURCE_DIR}/cmake/ebbConfig.cmake.in" ebbConfig.cmake
                                INSTALL_DESTINATION "${ebb_package}")
  write_basic_package_version_file(ebbConfigVersion.cmake COMPATIBILITY SameMinorVersion)
  # The package finds its prefix from where it lies, so that a moved tree still works.
  file(RELATIVE_PATH ebb_pc_up "/${CMAKE_INSTALL_LIBDIR}/pkgconfig" "/")
  configure_file("${PROJECT_SOURCE_DIR}/cmake/ebb.pc.in" ebb.pc @ONLY)
  install(FILES "${PROJECT_BINARY_DIR}/ebbConfig.cmake" "${PROJECT_BINARY_DIR}/ebbConfigVersion.cmake"
          DESTINATION "${ebb_package}")
  install(FILES "${PROJECT_BINARY_DIR}/ebb.pc" DESTINATION "${CMAKE_INSTALL_LIBDIR}/pkgconfig")
endif()

if(TARGET ebb)
  install(TARGETS ebb RUNTIME DESTINATION "${CMAKE_INSTALL_BINDIR}")
endif()
foreach(folder IN ITEMS reports/schema scenarios)
  if(IS_DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}")
    install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}" DESTINATION "${CMAKE_INSTALL_DATADIR}/ebb")
  endif()
endforeach()
