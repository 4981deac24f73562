#!/bin/sh
# Installs a minimal Debian in a temporary folder and runs ./run and ./check there, as on a new machine.
set -eu
root=$(cd "$(dirname "$0")/.." && pwd)

suite=${1-}
case $suite in
  bookworm | trixie) shift ;;
  *)
    cat >&2 <<'END'
Usage: cmake/try-on.sh bookworm|trixie [COMMAND...]

Needs root and debootstrap. Installs a minimal Debian 12 or 13 in a temporary folder, clones the last commit into it,
and runs ./run (without a display) and ./check there, or COMMAND. The folder is removed at the end.
The packages come from this machine's mirror, or from $MIRROR.
END
    exit 2
    ;;
esac
[ "$(id -u)" -eq 0 ] || { echo "try-on.sh: needs root, for debootstrap and chroot" >&2; exit 1; }
command -v debootstrap >/dev/null || { echo "try-on.sh: debootstrap is not installed: apt-get install debootstrap" >&2; exit 1; }

mirror=${MIRROR-$(apt-get indextargets --format '$(SITE)' | grep -v security | head -n 1)}
system=$(mktemp -d)
chmod 755 "$system"  # for apt, which drops its privileges
finish() {
  for mounted in dev/shm dev proc; do umount -l "$system/$mounted" 2>/dev/null || true; done
  rm -rf --one-file-system "$system"
}
trap finish EXIT
trap 'exit 130' INT TERM

echo "== Installing a minimal $suite in $system"
debootstrap --variant=minbase --include=ca-certificates,git "$suite" "$system" "$mirror" >"$system.log" 2>&1 || {
  tail -n 20 "$system.log" >&2
  exit 1
}
rm -f "$system.log"
cp -r /etc/apt/apt.conf.d/. "$system/etc/apt/apt.conf.d/"
cp /etc/resolv.conf "$system/etc/resolv.conf" 2>/dev/null || true
mount -t proc proc "$system/proc"
mount --bind /dev "$system/dev"
mount -t tmpfs tmpfs "$system/dev/shm"
git clone -q "$root" "$system/root/queuescope"
inside() { chroot "$system" env -i HOME=/root PATH=/usr/sbin:/usr/bin:/sbin:/bin TERM="${TERM-dumb}" "$@"; }

if [ $# -gt 0 ]; then
  inside sh -c 'cd /root/queuescope && exec "$@"' sh "$@" </dev/null
else
  inside sh -c 'cd /root/queuescope && ./run && ./check' </dev/null
fi
