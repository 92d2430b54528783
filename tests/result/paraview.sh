#!/bin/sh
# paraview.sh [--bare] SCRIPT ARGS...: runs a script in ParaView without a display; 77 (skipped) where there is none.
#   --bare  the script is to find itself a display
for tool in pvbatch xvfb-run; do
  command -v "$tool" >/dev/null || { echo "skipped: no $tool"; exit 77; }
done
if [ "$1" = --bare ]; then
  shift
  unset DISPLAY
  exec pvbatch "$@"
fi
# Without -noreset the display starts anew when ParaView closes its first window, and may refuse the second.
LIBGL_ALWAYS_SOFTWARE=1 exec xvfb-run -a -s "-screen 0 1280x1024x24 -noreset" pvbatch "$@"
