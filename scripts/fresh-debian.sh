# A Debian 12 of its own in a folder, for scripts that try something there; sourced behind common.sh. Not run by itself.
# shellcheck shell=bash

# fresh_debian LOG: makes it in $system, a new folder that goes when the script ends, with this machine's way to packages.
fresh_debian() {
  local mirror
  [ "$(id -u)" = 0 ] || fail "only root may make a system of its own" "run it as root"
  command -v debootstrap >/dev/null || fail "debootstrap is missing" "scripts/install-dependencies.sh package"
  system=$(mktemp -d)
  trap 'umount "$system/proc" 2>/dev/null || true; rm -rf --one-file-system "$system"' EXIT
  mirror=$(sed -n 's/^deb \(\[[^]]*\] \)\?\([^ ]*\) .*/\2/p; s/^URIs: *\([^ ]*\).*/\1/p' /etc/apt/sources.list /etc/apt/sources.list.d/* 2>/dev/null | head -1) || true
  debootstrap --variant=minbase bookworm "$system" "${mirror:-http://deb.debian.org/debian}" >"$1" ||
    fail "debootstrap failed" "see $1"
  cp -L /etc/resolv.conf "$system/etc"
  { grep -lsZ Acquire /etc/apt/apt.conf.d/* || true; } | xargs -0r cp -t "$system/etc/apt/apt.conf.d"
  mount -t proc proc "$system/proc"
}

# inside COMMAND...: there, with nothing of this environment.
inside() {
  chroot "$system" env -i PATH=/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin HOME=/root DEBIAN_FRONTEND=noninteractive \
    OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 "$@"
}
