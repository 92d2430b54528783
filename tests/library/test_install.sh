#!/usr/bin/env bash
# An installed libisochrone is enough for a program of one's own: the example is built by its package config and by
# pkg-config, against nothing of the build tree, and its pacemaker does what it should, on one rank and on two.
#
# usage: test_install.sh CMAKE BUILD SOURCE CC MPIEXEC...
set -u
cmake=$1 build=$2 source=$3 cc=$4
shift 4
mpiexec=("$@")
failures=0
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
export OMPI_MCA_ess_singleton_isolated=1 OMPI_MCA_orte_tmpdir_base=$folder
complain() {
  echo "FAILED: $1"
  failures=$((failures + 1))
}

prefix=$folder/prefix
"$cmake" --install "$build" --prefix "$prefix" >/dev/null || exit 1
cd "$folder" || exit 1
example=$prefix/share/doc/isochrone/examples/pacemaker
diff -r "$source/scripts/examples/pacemaker" "$example" || complain "the example is not installed as it is"
library=$(find "$prefix" -name libisochrone.so)
[[ $(readlink -f "$library") == *.so.[0-9]*.[0-9]*.[0-9]* ]] || complain "no versioned library"
# Nothing but the header's functions is to be seen, and all of them are.
nm -D --defined-only "$library" | awk '{print $3}' | sort >seen
grep -o '\bisochrone_[a-z_]*(' "$prefix/include/isochrone.h" | tr -d '(' | sort -u >declared
diff seen declared || complain "the library's symbols are not the header's functions"
for language in "-xc -std=c99" "-xc++"; do
  # shellcheck disable=SC2086 # two words
  echo '#include <isochrone.h>' | "$cc" $language -Wall -Wextra -Wpedantic -Werror -fsyntax-only -I"$prefix/include" - ||
    complain "the header is not of $language"
done

# By CMake, from a tree that knows the prefix alone; a version that is not there is refused.
if ! { "$cmake" -S "$example" -B by-cmake -DCMAKE_PREFIX_PATH="$prefix" -DCMAKE_C_COMPILER="$cc" &&
  "$cmake" --build by-cmake; } >log 2>&1; then
  cat log
  exit 1
fi
sed 's/Isochrone 0.1/Isochrone 7/' "$example/CMakeLists.txt" >"$folder/CMakeLists.txt"
"$cmake" -S "$folder" -B other -DCMAKE_PREFIX_PATH="$prefix" >log 2>&1 && complain "version 7 is found"

# By pkg-config.
export PKG_CONFIG_PATH
PKG_CONFIG_PATH=$(dirname "$(find "$prefix" -name isochrone.pc)")
read -ra flags <<<"$(pkg-config --cflags --libs isochrone)"
"$cc" "$example/pacemaker.c" "${flags[@]}" -lm -o by-pkg-config || complain "pkg-config's flags do not build it"
export LD_LIBRARY_PATH
LD_LIBRARY_PATH=$(dirname "$library")

# Three beats of its own, which it hears 4 mm after they pass; 600 ms later it paces; one more beat; it paces again.
cat >expected <<'END'
    27 ms  sensed
   531 ms  sensed
  1030 ms  sensed
  1630 ms  paced
  2133 ms  sensed
  2733 ms  paced
END
for program in by-cmake/pacemaker "${mpiexec[*]} by-cmake/pacemaker" ./by-pkg-config; do
  # shellcheck disable=SC2086 # words of mpiexec
  $program "$example/heart.yaml" >out 2>err || complain "$program ends with $?: $(cat err)"
  diff expected out || complain "$program paces otherwise"
  [ -s heart.e.nc ] || complain "$program writes no results"
  cmp -s first_ecg.csv heart_ecg.csv || [ ! -e first_ecg.csv ] || complain "$program has another electrogram"
  cp heart_ecg.csv first_ecg.csv
done
by-cmake/pacemaker missing.yaml >out 2>err
[ $? = 2 ] || complain "a missing configuration is not the exit code 2"
grep -q 'pacemaker: missing.yaml' err || complain "a missing configuration is not told: $(cat err)"
echo "$failures failures"
exit $((failures > 0))
