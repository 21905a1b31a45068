# SPDX-License-Identifier: MIT
# How a coroutine's stack is switched. fcontext is linked statically: newer shared builds of it hide
# the two symbols we call. ucontext is in libc, about thirty times slower, and always there.
find_library(EBB_FCONTEXT_ARCHIVE NAMES libboost_context.a)
if(EBB_FCONTEXT_ARCHIVE)
  set(ebb_switch_default fcontext)
else()
  set(ebb_switch_default ucontext)
endif()
set(EBB_SWITCH ${ebb_switch_default} CACHE STRING "Context switch: fcontext or ucontext")
set_property(CACHE EBB_SWITCH PROPERTY STRINGS fcontext ucontext)

if(EBB_SWITCH STREQUAL "ucontext")
  add_compile_definitions(EBB_SWITCH_UCONTEXT=1)
elseif(EBB_SWITCH STREQUAL "fcontext")
  add_compile_definitions(EBB_SWITCH_UCONTEXT=0)
else()
  message(FATAL_ERROR "EBB_SWITCH is fcontext or ucontext, not ${EBB_SWITCH}")
endif()
if(EBB_SWITCH STREQUAL "fcontext" AND NOT EBB_FCONTEXT_ARCHIVE)
  message(FATAL_ERROR "EBB_SWITCH=fcontext needs libboost_context.a; run ./dev setup or use -DEBB_SWITCH=ucontext")
endif()

function(ebb_floor_switch floor)
  if(TARGET ${floor} AND EBB_SWITCH STREQUAL "fcontext")
    target_link_libraries(${floor} PUBLIC -l:libboost_context.a)
  endif()
endfunction()
