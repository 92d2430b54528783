#!/bin/sh
# Usage: vectorised.sh MODEL PRECISION REGISTER OBJECT...
# Checks in the disassembly that the CPU loops of a model work on whole registers (ymm or zmm) and call nothing.
# OBJECT... are the objects of one build; that of the model is looked at. The loop's remainder is a
# scalar copy of it, unrolled up to three times where the loop is short; a loop that is not vectorised has a tenth
# of packed arithmetic at most, from the table lookup. Hence: at least a quarter as much packed as scalar.
set -eu
model=$1 precision=$2 register=$3
shift 3
object=
for candidate in "$@"; do
  case $candidate in */"${model}"_cpu.c.o) object=$candidate ;; esac
done
[ -n "$object" ] || { echo "no object of $model among: $*"; exit 1; }
case $precision in f64) packed=pd scalar=sd ;; f32) packed=ps scalar=ss ;; esac

objdump -d --no-show-raw-insn "$object" | awk -v model="$model" -v register="$register" \
  -v packed="$packed\$" -v scalar="$scalar\$" '
  /^[0-9a-f]+ <.*>:$/ {
    name = substr($2, 2, length($2) - 3)
    sub(/\..*/, "", name)
    inside = name ~ "^" model "(_varying)?_(exact|tabled)_block$"
    if (inside) seen[name] = 1
    next
  }
  !inside { next }
  $2 ~ /^call/ { calls[name]++; print name ": " $0 }
  $2 ~ /^v(f[n]?m(add|sub)|mul|add|sub|div)/ {
    if ($2 ~ packed && $0 ~ register) wide[name]++
    if ($2 ~ scalar) single[name]++
  }
  END {
    bad = 0
    for (name in seen) {
      printf "%s: %d packed on %s, %d scalar, %d calls\n", name, wide[name], register, single[name], calls[name]
      if (calls[name] > 0 || wide[name] == 0 || 4 * wide[name] < single[name]) bad = 1
    }
    if (!(model "_exact_block" in seen) || !(model "_varying_exact_block" in seen)) {
      print "a loop of " model " is missing"
      bad = 1
    }
    exit bad
  }'
