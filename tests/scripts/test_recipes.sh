#!/usr/bin/env bash
# test_recipes.sh SOURCES: recipes of containers have the same steps, which build what scripts/package.sh does, in a folder
# that a clone cannot have brought along; scripts/recipes/try.sh finds them. What is installed is cli.install's to see.
set -euo pipefail
cd "$1"
docker=$(sed -n 's/^RUN //p' scripts/recipes/Dockerfile)
apptainer=$(sed -n '/^%post/,/^%run/s/^ \{4\}\([^ ].*\)/\1/p' scripts/recipes/isochrone.def | grep -v '^cd ')
[ "$docker" = "$apptainer" ] || { diff <(echo "$docker") <(echo "$apptainer"); exit 1; }
[ "$(wc -l <<<"$docker")" -eq 5 ]
scripts/install-dependencies.sh --list build >/dev/null # the group is there
options() { grep -o -- '-[GD][^ ]*' <<<"$1"; }
# shellcheck disable=SC2016 # a dollar of that script
diff <(options "$docker") <(options "$(sed -n 's/\$cuda/OFF/; /^cmake -B/p' scripts/package.sh)")
grep -qx 'cmake --install /build --prefix /usr/local' <<<"$docker"
[[ $(sed -n 's/^COPY \. //p' scripts/recipes/Dockerfile) == /src/* ]]
# What a clone has besides is left out.
sed 's,[/*]*$,,' .gitignore | grep -v '^$\|^\*\|^__' | sort | diff - <(sed 's,\*$,,' .dockerignore | sort)
