# The page in a browser (gui/web/), built where Debian's emscripten is installed. `queuescope export --format html` fills
# it with a run, and says what is missing where it was not built.
include(ExternalProject)
set(QUEUESCOPE_PAGE AUTO CACHE STRING "Build the page in a browser: AUTO (if emcc is installed), ON or OFF")
set(page ${PROJECT_BINARY_DIR}/share/queuescope/page.html)

function(add_page)
  find_program(EMCC emcc)
  set(missing "")
  if(NOT EMCC)
    set(missing "emcc is not installed")
  else()
    execute_process(COMMAND ${Python3_EXECUTABLE} -c "import fontTools" RESULT_VARIABLE no_fonttools OUTPUT_QUIET ERROR_QUIET)
    if(no_fonttools)
      set(missing "python3-fonttools is not installed")
    endif()
    foreach(font opentype/inter/Inter-Regular.otf truetype/jetbrains-mono/JetBrainsMono-Regular.ttf)
      if(NOT EXISTS /usr/share/fonts/${font})
        set(missing "fonts-inter or fonts-jetbrains-mono is not installed")
      endif()
    endforeach()
  endif()
  if(NOT missing)
    execute_process(COMMAND ${PROJECT_SOURCE_DIR}/cmake/imgui_source.sh ${PROJECT_BINARY_DIR}/imgui-source
      RESULT_VARIABLE failed ERROR_VARIABLE reason OUTPUT_QUIET)
    if(failed)
      set(missing "the sources of Dear ImGui could not be fetched: ${reason}")
    endif()
  endif()
  if(missing)
    if(NOT QUEUESCOPE_PAGE STREQUAL "AUTO")
      message(FATAL_ERROR "The page cannot be built: ${missing}. "
        "On Debian: sudo apt-get install emscripten python3-fonttools dpkg-dev fonts-inter fonts-jetbrains-mono")
    endif()
    message(STATUS "The page in a browser is not built: ${missing}.")
    return()
  endif()

  get_filename_component(emscripten ${EMCC} REALPATH)
  get_filename_component(emscripten ${emscripten} DIRECTORY)
  set(launcher "")
  if(CCACHE)
    set(launcher "-DQUEUESCOPE_CCACHE=${CCACHE}")
  endif()
  ExternalProject_Add(queuescope_page
    SOURCE_DIR ${PROJECT_SOURCE_DIR}/gui/web
    BINARY_DIR ${PROJECT_BINARY_DIR}/page
    CMAKE_GENERATOR ${CMAKE_GENERATOR}
    CMAKE_ARGS -DCMAKE_TOOLCHAIN_FILE=${emscripten}/cmake/Modules/Platform/Emscripten.cmake
      -DCMAKE_BUILD_TYPE=MinSizeRel -DPython3_EXECUTABLE=${Python3_EXECUTABLE}
      -DQUEUESCOPE_IMGUI=${PROJECT_BINARY_DIR}/imgui-source/imgui -DQUEUESCOPE_PAGE=${page}
      ${launcher}
    BUILD_ALWAYS ON BUILD_BYPRODUCTS ${page} INSTALL_COMMAND ""
    LOG_CONFIGURE ON LOG_OUTPUT_ON_FAILURE ON)
  install(FILES ${page} DESTINATION ${CMAKE_INSTALL_DATADIR}/queuescope COMPONENT programs)
endfunction()

if(QUEUESCOPE_PAGE)
  add_page()
endif()
