# Shared by the scripts beside it, which source it first. Not run by itself.
# shellcheck shell=bash
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cd "$root"

# One step, announced in plain words.
say() { printf '\n== %s\n' "$*"; }

# fail MESSAGE [REMEDY]: ends the script; the second line says what to do.
fail() {
  printf '\nerror: %s\n' "$1" >&2
  [ $# -lt 2 ] || printf 'what to do: %s\n' "$2" >&2
  exit 1
}

# The comment at the head of the calling script is its help.
print_help() { sed -n '2,/^[^#]/{s/^# \{0,1\}//p}' "$0"; }

# Cores that this process may use, hardware threads not counted: two ranks on one core gain nothing.
cores() {
  local allowed physical
  allowed=$(nproc)
  physical=$(lscpu --parse=CORE,SOCKET 2>/dev/null | grep -v '^#' | sort -u | wc -l) || physical=0
  if [ "$physical" -gt 0 ] && [ "$physical" -lt "$allowed" ]; then allowed=$physical; fi
  echo "$allowed"
}

# mpi RANKS PROGRAM ARGS...: root is usual in containers, and a container may announce fewer slots than it has. After
# Ctrl-C, results of large hearts take longer to write than the second that mpirun leaves by itself.
mpi() {
  local ranks=$1
  shift
  OMPI_ALLOW_RUN_AS_ROOT=1 OMPI_ALLOW_RUN_AS_ROOT_CONFIRM=1 \
    mpirun --oversubscribe --bind-to none --mca odls_base_sigkill_timeout 60 -n "$ranks" "$@"
}

# Seconds as "2 min 5 s".
duration() {
  if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi
}
