#!/usr/bin/env bash
# Takes the steps of the recipes of containers, one after the other, in a fresh Debian 12 made by debootstrap, and runs what
# is installed there on two ranks: for machines without a container runtime. As root.
#
# usage: scripts/recipes/try.sh
#
# The steps are read from the Dockerfile beside it; a test compares those of the others.
source "$(dirname "$0")/../common.sh"
source "$root/scripts/fresh-debian.sh"
[ $# -eq 0 ] || { print_help && exit; }

recipe=scripts/recipes/Dockerfile
grep -qx 'FROM debian:12' $recipe || fail "$recipe begins with another system"
source=$(sed -n 's/^COPY \. //p' $recipe)
log=$(mktemp)
say "Making a fresh Debian (log: $log)"
fresh_debian "$log"
git clone -q "$root" "$system$source"
while read -r step; do
  say "$step"
  inside sh -ec "cd $source; $step" </dev/null >>"$log" 2>&1 || fail "it fails there" "see $log"
done < <(sed -n 's/^RUN //p' $recipe)
say "isochrone run, on two ranks"
inside sh -ec 'cd /tmp; exec mpirun -n 2 --oversubscribe isochrone run /usr/local/share/isochrone/configs/slab-first.yaml --output first'
inside isochrone info /tmp/first.e.nc
say "The recipe's steps lead to a program that runs"
