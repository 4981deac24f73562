# Settings and warnings that every target of the project uses: link queuescope::settings.
add_library(queuescope_settings INTERFACE)
add_library(queuescope::settings ALIAS queuescope_settings)
target_compile_features(queuescope_settings INTERFACE cxx_std_20)

option(QUEUESCOPE_WERROR "Treat warnings as errors" OFF)
set(QUEUESCOPE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them: address,undefined or thread")

target_compile_options(queuescope_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wcast-qual -Wformat=2 -Wundef
  $<$<COMPILE_LANGUAGE:CXX>:-Wnon-virtual-dtor -Wold-style-cast>
  $<$<CXX_COMPILER_ID:GNU>:-Wduplicated-cond -Wlogical-op>
  $<$<BOOL:${QUEUESCOPE_WERROR}>:-Werror>)
if(CMAKE_CXX_COMPILER_ID STREQUAL "GNU" AND CMAKE_CXX_COMPILER_VERSION VERSION_LESS 13)
  # GCC bug 105329: a false warning about overlapping memory where `"text" + string` is inlined.
  target_compile_options(queuescope_settings INTERFACE -Wno-restrict)
endif()
if(QUEUESCOPE_SANITIZE)
  target_compile_options(queuescope_settings INTERFACE
    -fsanitize=${QUEUESCOPE_SANITIZE} -fno-sanitize-recover=undefined -fno-omit-frame-pointer)
  target_link_options(queuescope_settings INTERFACE -fsanitize=${QUEUESCOPE_SANITIZE})
  target_compile_definitions(queuescope_settings INTERFACE QUEUESCOPE_LINGER)  # queue/src/hardened/shared_atomic.hpp
endif()

# For targets that only call the code under test: link it after queuescope::settings to build them without sanitizers.
add_library(queuescope_unsanitized INTERFACE)
add_library(queuescope::unsanitized ALIAS queuescope_unsanitized)
if(QUEUESCOPE_SANITIZE)
  target_compile_options(queuescope_unsanitized INTERFACE -fno-sanitize=all)
endif()

# In a build of the project itself, all programs are in one folder, as when they are installed.
if(PROJECT_IS_TOP_LEVEL)
  set(CMAKE_RUNTIME_OUTPUT_DIRECTORY ${PROJECT_BINARY_DIR}/bin)
  set(CMAKE_EXPORT_COMPILE_COMMANDS ON)
  if(NOT CMAKE_BUILD_TYPE AND NOT CMAKE_CONFIGURATION_TYPES)
    set(CMAKE_BUILD_TYPE Release CACHE STRING "Debug, Release, RelWithDebInfo" FORCE)
  endif()
  find_program(CCACHE ccache)
  if(CCACHE AND NOT CMAKE_CXX_COMPILER_LAUNCHER)
    set(CMAKE_C_COMPILER_LAUNCHER ${CCACHE})
    set(CMAKE_CXX_COMPILER_LAUNCHER ${CCACHE})
  endif()
endif()
