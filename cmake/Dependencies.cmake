# Everything that sim/, gui/ and tests/ use from the distribution, with the Debian package that contains it.
# queue/ uses nothing. All missing packages are reported at once, with the command that installs them.
find_package(PkgConfig QUIET)
if(NOT PkgConfig_FOUND)
  message(FATAL_ERROR "Queuescope needs pkg-config. On Debian: sudo apt-get install pkg-config")
endif()

set(missing_packages "")

# need(<apt package> <find_package arguments>...)
macro(need apt_package name)
  find_package(${name} ${ARGN} QUIET)
  if(NOT ${name}_FOUND)
    list(APPEND missing_packages ${apt_package})
  endif()
endmacro()

# need_module(<apt package> <pkg-config module> <prefix>): makes PkgConfig::<prefix>
macro(need_module apt_package module prefix)
  pkg_check_modules(${prefix} QUIET IMPORTED_TARGET GLOBAL ${module})
  if(NOT ${prefix}_FOUND)
    list(APPEND missing_packages ${apt_package})
  endif()
endmacro()

# For sim/
need(libfmt-dev fmt)                            # fmt::fmt
need(libcli11-dev CLI11)                        # CLI11::CLI11
need(nlohmann-json3-dev nlohmann_json)          # nlohmann_json::nlohmann_json
need_module(libzstd-dev libzstd zstd)           # PkgConfig::zstd
need_module(zlib1g-dev zlib zlib)                # PkgConfig::zlib
need_module(libxxhash-dev libxxhash xxhash)     # PkgConfig::xxhash
need_module(libtomlplusplus-dev tomlplusplus tomlplusplus)  # PkgConfig::tomlplusplus

# For gui/
if(QUEUESCOPE_GUI)
  need(libgl-dev OpenGL COMPONENTS OpenGL)      # OpenGL::GL
  need_module(libimgui-dev imgui imgui)         # PkgConfig::imgui
  need_module(libglfw3-dev glfw3 glfw)          # PkgConfig::glfw
  need_module(libsdl2-dev sdl2 sdl2)            # PkgConfig::sdl2
  need_module(libfontconfig-dev fontconfig fontconfig)  # PkgConfig::fontconfig
  need(libgif-dev GIF)                          # GIF::GIF
  need_module(libstb-dev stb stb)               # PkgConfig::stb
endif()

# For tests/
if(BUILD_TESTING)
  need(doctest-dev doctest)                     # doctest::doctest
  if(NOT Python3_EXECUTABLE AND EXISTS /usr/bin/python3)
    set(Python3_EXECUTABLE /usr/bin/python3)    # the distribution's, even if another one is first in PATH
  endif()
  need(python3 Python3 COMPONENTS Interpreter)  # Python3::Interpreter
endif()

if(missing_packages)
  list(JOIN missing_packages " " missing_packages)
  message(FATAL_ERROR "Missing packages. On Debian: sudo apt-get install ${missing_packages}")
endif()
