#!/usr/bin/env bash
# test_hostile.sh SOURCES PROGRAM: what others put into shared folders and into files is neither run, followed, waited
# for nor obeyed.
# Functions are called through check.
# shellcheck disable=SC2317
set -u
source "$(dirname "$0")/check.sh"
sources=$1 program=$2
folder=$(mktemp -d "$PWD/hostile.XXXXXX")
trap 'rm -rf "$folder"' EXIT
chmod 755 "$folder"
cd "$folder" || exit 1
export ISOCHRONE_CACHE=$folder/cache
sed 's/mitchell_schaeffer_2003/my_ms/g' "$sources/kernels/models/mitchell_schaeffer_2003.h" >my_ms.h

does() { # does CODE ARGUMENTS...
  local code=$1
  shift
  timeout -s KILL 60 "$program" "$@" >said 2>&1 </dev/null
  [ $? -eq "$code" ]
}

# ---- compiled models and kept states ----

check "a model of one's own is compiled" does 0 models ./my_ms.h
library=$(echo cache/my_ms-host-*.so)
check "for its owner alone" [ "$(stat -c %a cache) $(stat -c %a "$library")" = "700 600" ]
cat >planted.c <<'C'
#include <stdio.h>
__attribute__((constructor)) static void planted(void) { fclose(fopen("OWNED", "w")); }
C
gcc -shared -fPIC planted.c -o planted.so

plant() { # plant MODE [OWNER]: another library in the place of the compiled one
  cp planted.so "$library"
  chmod "$1" "$library"
  [ $# -lt 2 ] || chown "$2" "$library"
}
was_not_run() { [ ! -e OWNED ]; }
compiles_anew() { does 0 models ./my_ms.h && was_not_run && [ "$(stat -c '%u %a' "$library")" = "$(id -u) 600" ]; }
plant 666
check "a library that others may write is made anew" compiles_anew
ln -sf "$folder/planted.so" "$library"
check "and so is one behind a link" compiles_anew
if [ "$(id -u)" -eq 0 ]; then
  plant 600 65534
  check "and one of another user" compiles_anew
fi
chmod 1777 cache
check "a cache that others may write to is refused" does 1 models ./my_ms.h
check "with what to do" says "chmod go-w.*ISOCHRONE_CACHE"
chmod 700 cache

cat >paced.yaml <<'YAML'
mesh: {slab: {size_mm: [1, 1, 1], spacing_mm: 0.5}}
regions:
  - model: mitchell_schaeffer_2003
    conductivity: {isotropic_S_per_m: 0.1}
    initial: {paced: {cycle_length_ms: 400, beats: 2}}
time: {duration_ms: 1, step_ms: 0.05}
YAML
check "a paced state is kept" does 0 run paced.yaml --output paced
state=$(echo cache/*.state)
check "for its owner alone" [ "$(stat -c %a "$state")" = 600 ]
check "and found again" does 0 run paced.yaml --output paced --verbose
check "as it says" says "$state"
chmod 666 "$state"
check "one that others may write is paced anew" does 0 run paced.yaml --output paced --verbose
check "and kept again" [ "$(stat -c %a "$state")" = 600 ]

# ---- names that a compiler would take for options ----

cp my_ms.h @x.h
printf '#!/bin/sh\ntouch %s/OWNED\nexec "$@"\n' "$folder" >wrapper.sh
chmod +x wrapper.sh
echo "my_ms.h -wrapper $folder/wrapper.sh" >x.h
rm -r cache
check "a header named @x.h is a header" does 0 models @x.h
check "and the options in x.h are not read" was_not_run
cp my_ms.h ./-x.h
check "a header named -x.h, too" does 0 models -- -x.h
many=$(printf -- '-DWORD_%d ' $(seq 200))
CC="gcc $many -DLAST_WORD" check "CC may have many words" does 0 models ./my_ms.h
sed 's/^#define ISO_MODEL/#ifndef LAST_WORD\n#error the last word is missing\n#endif\n&/' my_ms.h >needs_all.h
CC="gcc $many -DLAST_WORD" check "all of which count" does 0 models ./needs_all.h

# ---- what is no file ----

mkfifo fifo.h fifo.yaml fifo.vtk fifo.vtu fifo.pts fifo.nc fifo
cat >field.yaml <<'YAML'
mesh: {slab: {size_mm: [1, 1, 1], spacing_mm: 0.5}}
regions:
  - model: mitchell_schaeffer_2003
    conductivity: {isotropic_S_per_m: 0.1}
    parameters: {tau_in: {field: fifo.nc, variable: x}}
time: {duration_ms: 1, step_ms: 0.05}
YAML
for end in nc vtu vtk; do
  sed "s/fifo.nc/fifo.$end/" field.yaml >field_$end.yaml
  check "a FIFO as a field (.$end)" does 2 check field_$end.yaml
  check "is told" says "it is no regular file"
done
check "a FIFO as a model" does 2 models ./fifo.h
check "a FIFO as a configuration" does 2 check fifo.yaml
for mesh in fifo.vtk fifo.vtu fifo; do check "a FIFO as a mesh ($mesh)" does 2 mesh info $mesh; done
check "a FIFO as a result" does 2 info fifo.nc
check "a device as a configuration" does 2 check /dev/zero
check "is told" says "it is no regular file"

# ---- what a terminal would obey ----

is_plain() { ! LC_ALL=C grep -q "$(printf '[\033\007\233]')" said; }
printf '<VTKFile type="UnstructuredGrid" compressor="\033]0;owned\007\033[31mRED"><UnstructuredGrid/></VTKFile>' >a.vtu
check "a mesh with escape sequences" does 2 mesh info a.vtu
check "is named without them" is_plain
check "and readably" says "owned.*RED"
printf 'title: x\n"me\\e[31msh": 1\n' >a.yaml
check "a configuration with escape sequences" does 2 check a.yaml
check "is named without them" is_plain
sed 's/^mesh/title: "red \\e[31m \\x9b31m"\n&/' paced.yaml >b.yaml
check "a title with escape sequences" does 0 run b.yaml --output red
check "is printed without them" is_plain
check "and from the result" does 0 info red.e.nc
check "too" is_plain
check "an argument with escape sequences" does 2 "$(printf 'r\033[31mun')"
check "is named without them" is_plain

# ---- meshes and other files to write ----

slab() { does "$1" mesh slab "$2" --size 1,1,1 --spacing "${3:-0.5}"; }
echo precious >victim
for name in a.vtu c.pts c.elem c.lon; do ln -s "$folder/victim" "$name.part"; done
mkfifo f.vtu.part
rm a.vtu
check "links where temporary files could be do not matter (.vtu)" slab 0 a.vtu
check "nor for CARP" slab 0 c
check "nor for a summary" does 0 run paced.yaml --output paced --summary s.json
check "the file behind them is whole" grep -qx precious victim
check "nor do FIFOs" slab 0 f.vtu
for end in .vtu .pts; do
  echo keep >read_only$end
  chmod 444 read_only$end
  check "a read-only file is not replaced ($end)" slab 1 read_only${end%.pts}
  check "but kept" grep -qx keep read_only$end
done
check "and no part of its mesh is written" [ ! -e read_only.elem ]
mkdir folder.vtu
check "nor is a folder" slab 1 folder.vtu
check "no temporary file is left" [ -z "$(find . -maxdepth 1 -regextype posix-extended -regex '.*\.[A-Za-z0-9]{6}\.part$')" ]

race() { # two meshes of one name at once: the one or the other
  "$program" mesh slab raced --size 10,7,3 --spacing 0.25 >/dev/null 2>&1 &
  local other=$!
  "$program" mesh slab raced --size 10,7,3 --spacing 0.5 >/dev/null 2>&1
  wait $other
  does 0 mesh info raced && says "elements  *\(20,160\|10,080\|80,640\) tetrahedra"
}
for turn in 1 2 3; do check "two writers do not mix ($turn)" race; done

[ $failures -eq 0 ] || { echo "$failures checks failed"; exit 1; }
