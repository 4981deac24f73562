# cmake -D build=... -D work=... -D source=... -D compiler=... -D window=ON|OFF -P install.cmake
# Builds and runs a program that uses only the installed package, and runs an installed queuescope, which must find its
# scenarios and their sources.
file(REMOVE_RECURSE ${work}/prefix ${work}/consumer)
foreach(command IN ITEMS
    "${CMAKE_COMMAND};--install;${build};--prefix;${work}/prefix;--component;library"
    "${CMAKE_COMMAND};-S;${source};-B;${work}/consumer;-DCMAKE_CXX_COMPILER=${compiler};-DCMAKE_PREFIX_PATH=${work}/prefix"
    "${CMAKE_COMMAND};--build;${work}/consumer"
    "${work}/consumer/consumer")
  execute_process(COMMAND ${command} COMMAND_ERROR_IS_FATAL ANY COMMAND_ECHO STDOUT TIMEOUT 120)
endforeach()

if(window)
  foreach(command IN ITEMS
      "${CMAKE_COMMAND};--install;${build};--prefix;${work}/prefix;--component;programs"
      "${work}/prefix/bin/queuescope;run;sentinel;--quiet;--set;work_ms=1")
    execute_process(COMMAND ${command} COMMAND_ERROR_IS_FATAL ANY COMMAND_ECHO STDOUT TIMEOUT 120)
  endforeach()
  if(NOT EXISTS ${work}/prefix/share/queuescope/scenarios/sentinel.cpp)
    message(FATAL_ERROR "The sources of the scenarios are not installed")
  endif()
endif()
