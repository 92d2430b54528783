#!/bin/bash
# usage: test_circuits.sh COMMAND...
# Runs COMMAND, which starts isochrone, on a study of re-entries in a ring: those that go round one way are one circuit,
# those that go round the other way another. And what of a study's section does not make it another study.
source "$(dirname "$0")/expect.sh"
begin "$@"

make_ring # S2 is given on one side or the other
cat >>ring.yaml <<END
study:
  question: Which circuits?
  axes:
    - {name: site, key: stimuli.1.site, values: [left, right]}
    - {name: s2, key: stimuli.1.start_ms, values: [60, 105, 109]}
  outcomes: [induced, cycle_length_ms]
END

# The S2 at 60 ms finds tissue at rest on neither side: members 1 and 4 have no circuit.
expect 0 study ring.yaml --output ring
[ "$(awk -F, 'NR > 1 { printf "%s:%s ", $1, $2 }' ring/circuits.csv)" = '1:2 1:3 2:5 2:6 ' ] ||
  complain "not two circuits: $(cat ring/circuits.csv)"
[ "$(awk -F, '{ printf "%s:%s:%s ", $1, $(NF - 2), $(NF - 1) }' ring/table.csv)" = \
  'member:circuit:status 1::done 2:1:done 3:1:done 4::done 5:2:done 6:2:done ' ] ||
  complain "the table has other circuits: $(cat ring/table.csv)"
awk -F, 'FNR == NR { cycle[$1] = $5; next } FNR > 1 { d = $3 - cycle[$2]; if (d > 1e-6 || d < -1e-6) exit 1 }' \
  ring/table.csv ring/circuits.csv || complain 'cycles are not those of the table'
grep -q '4 members with sustained re-entry, 2 different circuits' ring/index.html || complain 'the page does not count them'
grep -q '<h3>2: left, s2 105: circuit 1</h3>' ring/index.html || complain 'a map does not say its circuit'
expect 0 info ring/table.nc
says out 'circuit'

# The overlap of two members by their own maps, which the page's have 16 bits of
awk -F, 'FNR == 1 { file++; for (c = 1; c <= NF; c++) if ($c == "last_activation_time_ms") last = c; next }
  file == 1 { a[$1] = $last } file == 2 { b[$1] = $last }
  END { while ((getline line <"ring/circuits.csv") > 0) { split(line, v, ","); cycle[v[2]] = v[3]; overlap[v[2]] = v[7] }
    for (i in a) { d = 8 * atan2(1, 1) * (a[i] / cycle[2] - b[i] / cycle[3]); x += cos(d); y += sin(d); n++ }
    d = sqrt(x * x + y * y) / n - overlap[3]; exit !(n == 200 && d < 1e-3 && d > -1e-3) }' \
  ring/members/0002_nodes.csv ring/members/0003_nodes.csv || complain 'another overlap than by the maps'

# What shows members makes no other study, and no member run again: with less asked of the order they are one circuit,
# with less asked of the exit they stay two, for they go round in opposite ways.
touch -d 2001-01-01 ring/members/*.e.nc
loose=(--set study.circuits.exit_mm=100 --set study.circuits.overlap=0)
expect 0 study ring.yaml --output ring "${loose[@]}" --set study.rank_by=-cycle_length_ms --set study.maps=1 \
  --set study.question=Others? --set study.ranks=1
says out '6 done, 0 failed, 0 to do'
[ -z "$(find ring/members -name '*.e.nc' -newermt 2002-01-01)" ] || complain 'a finished member ran again'
[ "$(awk -F, 'NR > 1 { printf "%s", $1 }' ring/circuits.csv)" = 1111 ] || complain 'an order that does not count counts'
grep -q 'Others?' ring/index.html || complain 'the page has the old question'
expect 0 study ring.yaml --output ring --status --set study.circuits.exit_mm=100
[ "$(awk -F, 'NR > 1 { printf "%s", $1 }' ring/circuits.csv)" = 1122 ] || complain 'opposite ways are one circuit'
expect 2 study ring.yaml --output ring --set time.duration_ms=801
says err 'ring belongs to another study'
expect 2 study ring.yaml --output ring --set 'study.outcomes=[induced]'
says err 'ring belongs to another study'

# Tissue elsewhere that a lesion takes leaves the circuit what it is.
make_ring
awk '/^POINTS/ { $2 += 4 }
  /^CELLS/ { print "20 0 0\n20.25 0 0\n20.5 0 0\n20.75 0 0"; $2 += 3; $3 += 9 }
  /^CELL_TYPES/ { print "2 200 201\n2 201 202\n2 202 203"; $2 += 3 }
  { print }
  END { print "3\n3\n3" }' ring.vtk >two.vtk
cat >>ring.yaml <<END
study:
  axes:
    - name: strand
      cases:
        - {name: there}
        - {name: burned, set: ["lesions=[{name: strand, sphere: {centre_mm: [20.25, 0, 0], radius_mm: 0.3}}]"]}
  outcomes: [induced, burned_percent]
END
expect 0 study ring.yaml --set mesh.file=two.vtk --output strand
[ "$(awk -F, 'NR > 1 { printf "%s:%s:%d ", $1, $2, ($NF > 0.999) }' strand/circuits.csv)" = '1:1:1 1:2:1 ' ] ||
  complain "not one circuit: $(cat strand/circuits.csv strand/table.csv)"
finish
