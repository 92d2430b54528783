# shellcheck shell=bash disable=SC2154 # the command is the test's
# What the tests of this folder share: they begin with the command that starts isochrone, run "${isochrone[@]}" in a
# folder of their own, keep its output in the files out and err there, and finish.
set -u
failures=0
# A program that mpirun did not start would start a daemon first, which is most of the time of these tests.
export OMPI_MCA_ess_singleton_isolated=1
# And mpirun would wait a second or two where a rank has ended with an exit code, though the others have ended too.
export OMPI_MCA_odls_base_sigkill_timeout=0

# begin COMMAND...
begin() {
  isochrone=("$@")
  folder=$(mktemp -d)
  trap 'rm -rf "$folder" "$folder.mpi"' EXIT
  # Programs without a daemon share one session of Open MPI, and tests beside each other would remove it from under each
  # other: here is one of the test's own.
  mkdir "$folder.mpi"
  export OMPI_MCA_orte_tmpdir_base=$folder.mpi
  cd "$folder" || exit 1
}

# Ends the test: well where nothing was complained of.
finish() {
  echo "$failures failures"
  exit $((failures > 0))
}

complain() {
  echo "FAILED: isochrone ${arguments[*]}: $1"
  sed 's/^/    /' out err
  failures=$((failures + 1))
}

# expect CODE ARGUMENTS...
expect() {
  local code=$1 got
  shift
  arguments=("$@")
  "${isochrone[@]}" "$@" >out 2>err </dev/null
  got=$?
  [ $got -eq "$code" ] || complain "exit code $got, expected $code"
}

# expect_full CODE ARGUMENTS...: where standard output is a disk without room
expect_full() {
  local code=$1 got
  shift
  arguments=("$@")
  : >out
  "${isochrone[@]}" "$@" >/dev/full 2>err </dev/null
  got=$?
  [ $got -eq "$code" ] || complain "exit code $got with standard output full, expected $code"
}

says() { grep -qF -- "$2" "$1" || complain "no '$2' in $1"; }
