#!/usr/bin/env bash
# test_recipes.sh SOURCES: recipes of containers have the same steps, whose scripts and presets are there; what is
# installed by them is cli.install's to see.
set -euo pipefail
cd "$1"
docker=$(sed -n 's/^RUN //p' scripts/recipes/Dockerfile)
apptainer=$(sed -n '/^%post/,/^%run/s/^ \{4\}\([^ ].*\)/\1/p' scripts/recipes/isochrone.def | grep -v '^cd ')
[ "$docker" = "$apptainer" ] || { diff <(echo "$docker") <(echo "$apptainer"); exit 1; }
[ "$(wc -l <<<"$docker")" -eq 5 ]
scripts/install-dependencies.sh --list build >/dev/null # the group is there
grep -q '"name": "default"' CMakePresets.json
