# Settings and warnings that every target of the project uses: link queuescope::settings.
add_library(queuescope_settings INTERFACE)
add_library(queuescope::settings ALIAS queuescope_settings)
target_compile_features(queuescope_settings INTERFACE cxx_std_20)

option(QUEUESCOPE_WERROR "Treat warnings as errors" OFF)
set(QUEUESCOPE_SANITIZE "" CACHE STRING "Sanitizers, as -fsanitize= takes them: address,undefined or thread")

target_compile_options(queuescope_settings INTERFACE
  -Wall -Wextra -Wpedantic -Wshadow -Wconversion -Wsign-conversion -Wnon-virtual-dtor -Wold-style-cast
  -Wcast-qual -Wformat=2 -Wundef -Wduplicated-cond -Wlogical-op -Wnull-dereference
  $<$<BOOL:${QUEUESCOPE_WERROR}>:-Werror>)
if(QUEUESCOPE_SANITIZE)
  target_compile_options(queuescope_settings INTERFACE -fsanitize=${QUEUESCOPE_SANITIZE} -fno-omit-frame-pointer)
  target_link_options(queuescope_settings INTERFACE -fsanitize=${QUEUESCOPE_SANITIZE})
endif()
