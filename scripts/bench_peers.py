"""What other programs reach on the N-version benchmark, for bench_error.py.

MEASURED: by us, with their own set-ups of the benchmark, 60 ms at 0.02 ms, ten Tusscher 2006. P8 in ms; processor time is
wall time of the time loop times the cores it kept busy. On other machines than the project's own runs, so good to a factor
of two. PUBLISHED_P8 and the nine points are what the paper and the codes' repositories state (niederer_table.py); they
come without times."""
import numpy

from niederer_table import FIGURE as PUBLISHED_P8
from niederer_table import PUBLISHED

AVX512 = "measured, 2 cores with AVX-512"
AVX2 = "measured, 2 cores with AVX2"
MEASURED = [
    {"name": "Cardioid 2f66d9f, AVX2 build", "case": "0.2 mm, 0.02 ms", "p8_ms": 58.1, "cpu_s": 13.6, "source": AVX512},
    {"name": "Cardioid 2f66d9f, AVX2 build", "case": "0.1 mm, 0.02 ms", "p8_ms": 49.18, "cpu_s": 303.4, "source": AVX2},
    {"name": "Finitewave 30807b7", "case": "0.2 mm, 0.02 ms", "p8_ms": 52.3, "cpu_s": 68.5, "source": AVX512},
    {"name": "MonoAlg3D 66c6baa", "case": "0.2 mm, 0.02 ms", "p8_ms": 57.3, "cpu_s": 138, "source": AVX512},
    {"name": "TorchCor 5832235 on CPU, single", "case": "0.2 mm, 0.02 ms", "p8_ms": 38.7, "cpu_s": 194, "source": AVX512},
]


def published_errors(reference, counted, p8):
    """Peers with all nine points: errors of P8 and of the worst of the points that count, per cent."""
    peers = []
    for case, rows in PUBLISHED.items():
        h, step = case.split("/")
        for name, times in rows:
            relative = 100 * numpy.abs(numpy.array(times) / reference - 1)
            peers.append({"name": name, "case": "%s mm, %s ms" % (h, step), "p8_ms": times[p8], "h": float(h),
                          "errors": [relative[p8], relative[counted].max()], "source": "its repository"})
    return peers
