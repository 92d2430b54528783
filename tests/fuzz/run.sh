#!/bin/sh
# Fuzzes one reader for some seconds, from generated seeds: run.sh PROGRAM NAME SECONDS [SEED]
# The same SEED (1) tries the same inputs in the same order: another one, or 0 for any, tries others.
# What breaks it is kept as crash-* in the folder where this runs.
set -eu
here=$(dirname "$0")
python3 "$here/seeds.py" seeds
mkdir -p "corpus_$2"
# 64 kB is room enough for every seed and many blocks.
# Open MPI would hear of an abort before the fuzzer, which then keeps no input.
export OMPI_MCA_opal_signal=
exec "$1" -seed="${4:-1}" -max_total_time="$3" -max_len=65536 -timeout=100 -rss_limit_mb=2048 -print_final_stats=1 "corpus_$2" "seeds/$2"
