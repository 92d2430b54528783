#!/bin/sh
# paraview.sh SCRIPT ARGS...: runs a script in ParaView without a display; 77 (skipped) where there is none.
for tool in pvbatch xvfb-run; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
LIBGL_ALWAYS_SOFTWARE=1 exec xvfb-run -a pvbatch "$@"
