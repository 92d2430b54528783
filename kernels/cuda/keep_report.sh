#!/bin/sh
# Usage: keep_report.sh NVCC OPTIONS... -o OBJECT ...
# Runs nvcc and keeps what ptxas reports of registers and spills in OBJECT.ptxas, where a test reads it: compiling once
# more for the report would take minutes. What else is said goes where it always goes.
object=
before=
for argument in "$@"; do
  if [ "$before" = -o ]; then object=$argument; fi
  before=$argument
done
code=0
"$@" -Xptxas -v 2>"$object.ptxas" || code=$?
if [ $code = 0 ]; then grep -vE '^ptxas info|^ +[0-9]+ bytes stack frame|^$' "$object.ptxas"; else cat "$object.ptxas"; fi >&2
exit $code
