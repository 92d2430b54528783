#!/bin/bash
# usage: test_cohort.sh SOURCES PYTHON COMMAND...
# Runs COMMAND, which starts isochrone, on studies whose members draw numbers: their table, which are accepted, and the parts to
# learn from.
source "$(dirname "$0")/expect.sh"
begin_with 'sources python' "$@"

cat >heart.yaml <<'END'
method: eikonal
mesh: {slab: {size_mm: [6, 3, 1], spacing_mm: 1}, fibre: [1, 0, 0]}
regions:
  - {name: wall, model: ten_tusscher_2006, conductivity: {isotropic_S_per_m: 0.1}, velocity: {longitudinal_m_per_s: 0.6, transverse_m_per_s: 0.3}}
stimuli: [{name: pulse, box: {min_mm: [0, 0, 0], max_mm: [0, 9, 9]}, duration_ms: 2, amplitude_uA_per_uF: 50}]
time: {duration_ms: 100}
study:
  axes:
    - name: heart
      draws: 40
      seed: 7
      drawn:
        - {key: regions.0.velocity.longitudinal_m_per_s, name: speed, lognormal: [0.6, 1.2]}
        - {key: stimuli.0.start_ms, uniform: [1, 3]}
        - {key: stimuli.0.duration_ms, normal: [2, 0.1]}
        - {key: stimuli.0.amplitude_uA_per_uF, name: whole, whole: [1, 3]}
    - {name: until, key: time.duration_ms, values: [100, 101]}
  outcomes: [total_activation_ms]
  accept: [{outcome: total_activation_ms, between: [9, 12]}]
END
# moments NAME: of a column of the 40 draws: mean, standard deviation, least, largest
moments() {
  column "$1" one/table.csv | sed -n 'p;n' | awk -v log_of="${2:-}" '{ x = log_of ? log($1) : $1; n++; s += x; t += x * x
    if (n == 1 || x < low) low = x; if (n == 1 || x > high) high = x }
    END { m = s / n; print m, sqrt(t / n - m * m), low, high }'
}

expect 0 study heart.yaml --output one
[ "$(head -n 1 one/table.csv)" = member,heart,speed,start_ms,duration_ms,whole,until,total_activation_ms,accepted,status,why ] ||
  complain "other columns: $(head -n 1 one/table.csv)"
# 6 mm at the member's own speed: the tables say what ran
paste -d, <(column speed one/table.csv) <(column total_activation_ms one/table.csv) <(column accepted one/table.csv) |
  awk -F, '{ d = $2 - 6 / $1; if (d > 1e-9 || d < -1e-9 || $3 != ($2 >= 9 && $2 <= 12)) bad = 1; yes += $3 }
    END { exit bad || yes == 0 || yes == NR }' || complain 'a member is not what its row says'
# Of 40: mean and deviation within four standard errors, sd / sqrt(40) and sd / sqrt(80).
moments speed log | awk '{ sd = log(1.2); m = $1 - log(0.6); d = $2 - sd
  exit !(m < 0.632 * sd && m > -0.632 * sd && d < 0.447 * sd && d > -0.447 * sd) }' || complain "speeds: $(moments speed log)"
moments start_ms | awk '{ exit !($3 >= 1 && $4 <= 3 && $3 < 1.5 && $4 > 2.5) }' || complain "starts: $(moments start_ms)"
[ "$(column whole one/table.csv | sort -u | tr '\n' ' ')" = '1 2 3 ' ] || complain 'whole numbers are not 1, 2 and 3'

# more draws, and fewer parameters, leave the first ones as they are; another seed does not
draws() { echo "study.axes=[{name: heart, draws: $1, seed: $2, drawn: [{key: stimuli.0.start_ms, uniform: [1, 3]}]}]"; }
expect 0 study heart.yaml --output more --set "$(draws 50 7)"
cmp <(column start_ms more/table.csv | head -n 40) <(column start_ms one/table.csv | sed -n 'p;n') || complain 'other draws'
expect 0 study heart.yaml --output other --set "$(draws 40 8)"
cmp -s <(column start_ms more/table.csv | head -n 40) <(column start_ms other/table.csv) && complain 'the seed changes nothing'

# what is accepted may be said anew: no member runs again
touch -d 2001-01-01 one/members/*.e.nc
expect 0 study heart.yaml --output one --set 'study.accept=[{outcome: total_activation_ms, between: [0, 1]}]'
[ -z "$(find one/members -name '*.e.nc' -newermt 2002-01-01)" ] || complain 'a finished member ran again'
[ "$(column accepted one/table.csv | sort -u)" = 0 ] || complain 'a member is accepted that is not'

# numbers by name in the NetCDF file, and both members of a heart in the same part
expect 0 info one/table.nc
says out parameter_2
"$python" - <<'END' >err || complain 'the NetCDF file is not what it should be'
import collections
import netCDF4
with netCDF4.Dataset("one/table.nc") as table:
    assert table["parameter_1"].key == "regions.0.velocity.longitudinal_m_per_s", table["parameter_1"]
    assert len(set(table["parameter_1"][:])) == 40 and table["total_activation_ms"][0] > 0
    split = list(table["split"][:])
    assert split[0::2] == split[1::2], split
    parts = collections.Counter(split[::2])
    # 28, 6 and 6 of 40 on average, with standard deviations of 2.9 and 2.3: two of them and more
    assert set(parts) == {0, 1, 2} and 21 <= parts[0] <= 35, parts
END

# Times fall with the logarithm of the speed as a polynomial of second degree does, but for the cube of it: exp(-x) less
# its first three terms is x^3 / 6 of 10 ms, 0.01 ms for a deviation of 0.18. The deviations are those of test members.
"$python" "$sources/scripts/surrogate.py" one/table.nc >out 2>err
awk '/^total_activation_ms: off by/ { good = $4 < 0.1 && $13 > 1 } END { exit !(good && NR == 1) }' out || complain 'nothing is learnt'

# maps over hearts: none of a case in which no heart is accepted, 60 ms at 0.1 m/s, those of the other one, 10 ms; a study is
# finished where they cannot be written
cases=(--set 'study.axes=[{name: heart, draws: 3, drawn: [{key: stimuli.0.start_ms, uniform: [1, 3]}]}, {name: speed, key: regions.0.velocity.longitudinal_m_per_s, values: [0.1, 0.6]}]')
expect 0 study heart.yaml --output maps "${cases[@]}"
expect 0 info maps/activation.e.nc
says out 'activation_time_sd_0_6'
grep -q '_0_1' out && complain 'there is a map of no heart'
rm maps/activation.e.nc
expect 0 study heart.yaml --output maps "${cases[@]}" --status
says err 'maps/activation.e.nc is not there any more: put it back, or the study without --status makes it anew'
grep -q '  activation.e.nc$' maps/manifest.sha256 || complain 'the manifest does not know that the maps are lost'
expect 0 study heart.yaml --output maps "${cases[@]}"
grep -q 'any more' err && complain 'it is told of maps that were made anew'
(cd maps && sha256sum --check --quiet --strict manifest.sha256) >out 2>err || complain 'the manifest is not that of the maps made anew'
rm maps/activation.e.nc
mkdir maps/activation.e.nc
expect 0 study heart.yaml --output maps "${cases[@]}"
says err 'warning: no activation.e.nc: '
says out 'members      6: 6 done, 0 failed, 0 to do'

# bad REASON DRAWN
bad() {
  expect 2 study heart.yaml --output bad --set "study.axes=[{name: x, draws: 2, drawn: [{key: stimuli.0.start_ms, $2}]}]"
  says err "$1"
}
bad 'give one distribution' 'uniform: [0, 1], normal: [0, 1]'
bad 'give one distribution' 'name: y'
bad 'the smaller number is the first one' 'uniform: [1, 0]'
bad 'standard deviation, above 0' 'normal: [1, 0]'
bad 'a factor above 1' 'lognormal: [1, 0.5]'
bad 'two whole numbers' 'whole: [1.5, 3]'
expect 2 study heart.yaml --output bad --set 'study.axes=[{name: x, draws: 2}]'
says err 'draws goes with drawn'
expect 2 study heart.yaml --output bad --set 'study.accept=[{outcome: qrs_ms, between: [0, 1]}]'
says err "'qrs_ms' is no outcome in the table"
# Names of columns are there once, before anything runs.
expect 2 study heart.yaml --output bad --set 'study.outcomes=[total_activation_ms, total_activation_ms]'
says err "study.outcomes: 'total_activation_ms' is there twice"
taken() { expect 2 study heart.yaml --output bad --set "study.axes=[$2]"; says err "$1: the table has another column"; }
taken study.axes.0 '{name: status, key: stimuli.0.start_ms, values: [1]}'
taken study.axes.0 '{name: total_activation_ms, key: stimuli.0.start_ms, values: [1]}'
taken study.axes.0.drawn.1 '{name: x, draws: 2, drawn: [{key: stimuli.0.start_ms, uniform: [0, 1]}, {name: start_ms, key: time.duration_ms, uniform: [200, 201]}]}'
[ -e bad ] && complain 'a study that is refused leaves a folder'
finish
