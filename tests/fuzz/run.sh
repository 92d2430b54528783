#!/bin/sh
# Fuzzes one reader for some seconds, from generated seeds: run.sh PROGRAM NAME SECONDS
# What breaks it is kept as crash-* in the folder where this runs.
set -eu
here=$(dirname "$0")
python3 "$here/seeds.py" seeds
mkdir -p "corpus_$2"
# 64 kB is room enough for every seed and many blocks.
exec "$1" -max_total_time="$3" -max_len=65536 -timeout=100 -rss_limit_mb=2048 -print_final_stats=1 "corpus_$2" "seeds/$2"
