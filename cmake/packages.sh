# Shared by ./run and ./check: the Debian packages and their installation, messages, and the build.

packages_to_build="build-essential cmake ninja-build pkg-config libfmt-dev libcli11-dev nlohmann-json3-dev libzstd-dev zlib1g-dev
  libxxhash-dev libtomlplusplus-dev libgl-dev libimgui-dev libglfw3-dev libsdl2-dev libfontconfig-dev libstb-dev libgif-dev doctest-dev python3 libpython3-dev"
packages_to_show="libgl1-mesa-dri libegl1 libglx-mesa0 fonts-inter fonts-jetbrains-mono fonts-dejavu-core"
packages_to_check="xvfb xdotool clang-format clang-tidy ccache libbenchmark-dev libboost-dev babeltrace2 protobuf-compiler"
packages_for_pages="emscripten python3-fonttools dpkg-dev chromium ffmpeg"  # large: only ./check --long installs them

say() { printf '\n== %s\n' "$*"; }
fail() { printf '%s: %s\n' "${0##*/}" "$*" >&2; exit 1; }

# Calls the package manager only if a package is missing.
install_packages() {
  command -v dpkg-query >/dev/null || return 0  # not Debian: the build names the missing packages
  missing=""
  for package; do
    [ "$(dpkg-query -W -f '${db:Status-Status}' "$package" 2>/dev/null)" = installed ] || missing="$missing $package"
  done
  [ -n "$missing" ] || return 0

  say "Installing$missing"
  as_root=""
  if [ "$(id -u)" -ne 0 ]; then
    command -v sudo >/dev/null || fail "needs root or sudo to run: apt-get install$missing"
    as_root=sudo
  fi
  apt="$as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq"
  $apt update </dev/null || fail "apt-get update failed; check the network connection"
  $apt install --yes --no-install-recommends $missing </dev/null >/dev/null || fail "apt-get install$missing failed"
}

# configure_and_build PRESET FOLDER [CMake options]; run under $steady, because the build runs the test programs to list their tests.
configure_and_build() {
  preset=$1 folder=$2 targets=
  shift 2
  if [ "${1-}" = --targets ]; then
    shift
    targets="--target $*"
    set --
  fi
  mkdir -p "$folder"
  cmake -S "$root" --preset "$preset" "$@" >"$folder/configure.log" 2>&1 || {
    cat "$folder/configure.log" >&2
    return 1
  }
  ${steady-} cmake --build "$folder" $targets
}
