# Targets for developers: check, format, format-check, tidy (tidy-queue, tidy-sim, tidy-gui).

# The programs that a folder and its subfolders build, for targets that depend on them.
function(programs_below folder result)
  get_property(targets DIRECTORY ${folder} PROPERTY BUILDSYSTEM_TARGETS)
  set(programs "")
  foreach(target IN LISTS targets)
    get_target_property(type ${target} TYPE)
    if(type STREQUAL "EXECUTABLE")
      list(APPEND programs ${target})
    endif()
  endforeach()
  get_property(children DIRECTORY ${folder} PROPERTY SUBDIRECTORIES)
  foreach(child IN LISTS children)
    programs_below(${child} below)
    list(APPEND programs ${below})
  endforeach()
  set(${result} ${programs} PARENT_SCOPE)
endfunction()

if(BUILD_TESTING)
  programs_below(${PROJECT_SOURCE_DIR} programs)
  add_custom_target(check COMMAND ${CMAKE_CTEST_COMMAND} --output-on-failure DEPENDS ${programs} USES_TERMINAL)
endif()

# The formatter and the linter of Debian 12. Other versions format and warn differently, so with them these targets say
# that they are skipped.
find_program(CLANG_FORMAT NAMES clang-format-14 clang-format)
find_program(RUN_CLANG_TIDY NAMES run-clang-tidy-14 run-clang-tidy)
find_program(CLANG_TIDY NAMES clang-tidy-14 clang-tidy)

function(skip_unless_version_14 program)
  execute_process(COMMAND ${${program}} --version OUTPUT_VARIABLE version ERROR_QUIET)
  if(NOT version MATCHES "version 14\\.")
    foreach(target IN LISTS ARGN)
      add_custom_target(${target}
        COMMAND ${CMAKE_COMMAND} -E echo "${target} is skipped: it needs version 14 of the LLVM tools, as in Debian 12" VERBATIM)
    endforeach()
    set(${program} "" PARENT_SCOPE)
  endif()
endfunction()
if(CLANG_FORMAT)
  skip_unless_version_14(CLANG_FORMAT format format-check)
endif()
if(RUN_CLANG_TIDY AND CLANG_TIDY)
  skip_unless_version_14(CLANG_TIDY tidy tidy-queue tidy-sim tidy-gui)
endif()

file(GLOB_RECURSE own_files CONFIGURE_DEPENDS RELATIVE ${PROJECT_SOURCE_DIR}
  queue/*.[ch]pp sim/*.[ch]pp gui/*.[ch]pp tests/*.[ch]pp assets/*.[ch]pp)

if(CLANG_FORMAT AND own_files)
  add_custom_target(format
    COMMAND ${CLANG_FORMAT} -i ${own_files} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
  add_custom_target(format-check
    COMMAND ${CLANG_FORMAT} --dry-run --Werror ${own_files} WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} VERBATIM)
endif()

if(RUN_CLANG_TIDY AND CLANG_TIDY)
  add_custom_target(tidy)
  foreach(folder queue sim gui)
    add_custom_target(tidy-${folder}
      COMMAND ${RUN_CLANG_TIDY} -quiet -clang-tidy-binary ${CLANG_TIDY} -p ${PROJECT_BINARY_DIR}
              "^(${PROJECT_SOURCE_DIR}|${PROJECT_BINARY_DIR})/${folder}/"
      WORKING_DIRECTORY ${PROJECT_SOURCE_DIR} USES_TERMINAL VERBATIM)
    add_dependencies(tidy tidy-${folder})
  endforeach()
endif()
