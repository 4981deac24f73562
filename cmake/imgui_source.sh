#!/bin/sh
# Fetches the sources of Debian's Dear ImGui for the page in a browser, by apt-get, into a folder of the build. The lists
# of the machine stay as they are.
#
#     imgui_source.sh FOLDER        makes FOLDER/imgui
set -eu
mkdir -p "$1"
cd "$1"
[ ! -e imgui/imgui.cpp ] || exit 0
command -v dpkg-source >/dev/null || { echo "dpkg-dev is not installed" >&2; exit 1; }
[ -r /etc/debian_version ] || { echo "this is not Debian" >&2; exit 1; }
. /etc/os-release
rm -rf imgui fetched
mkdir -p fetched/lists/partial
mirror=$(apt-get indextargets --format '$(REPO_URI)' 2>/dev/null | grep '/debian/*$' | head -1) || true
echo "deb-src ${mirror:-http://deb.debian.org/debian} ${VERSION_CODENAME} main" >fetched/sources.list
cd fetched
apt="apt-get -qq -o Dir::Etc::sourcelist=$PWD/sources.list -o Dir::Etc::sourceparts=/dev/null
  -o Dir::State::lists=$PWD/lists -o Dir::Cache=$PWD/cache -o Acquire::Languages=none -o APT::Sandbox::User=
  -o Acquire::http::Timeout=10 -o Acquire::Retries=1"
$apt update
$apt source imgui >/dev/null
mv imgui-*/ ../imgui
cd ..
rm -rf fetched
