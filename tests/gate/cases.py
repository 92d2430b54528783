"""The configurations of the gate: each a dictionary as a configuration file would have it, and where it runs.

Together they hold every scheme, pace, precision, shape and treatment of the fast current, every built-in tissue model,
regions with two models, drugs, fields of parameters, overlapping and repeated stimuli, probes and snapshots. All are
small: a wave runs over some hundred nodes.
"""

TISSUE = {"model": "ten_tusscher_2006", "conductivity": {"longitudinal_S_per_m": 0.2, "transverse_S_per_m": 0.05}}
CORNER = {"box": {"min_mm": [0, 0, 0], "max_mm": [1, 1, 1]}, "amplitude_uA_per_uF": 50}
OVERLAPPING = [
    CORNER,
    {"box": {"min_mm": [0.5, 0, 0], "max_mm": [2, 1, 1]}, "amplitude_uA_per_uF": 20, "duration_ms": 0.7,
     "start_ms": 0.5, "period_ms": 1.3, "count": 2},
    {"sphere": {"centre_mm": [4, 2, 1], "radius_mm": 0.8}, "amplitude_uA_per_uF": 30, "duration_ms": 1, "start_ms": 6},
]
# Ends and begins within a step, which only Strang's splitting sees as two halves.
WITHIN_A_STEP = [CORNER | {"duration_ms": 0.12, "period_ms": 1, "count": 8, "amplitude_uA_per_uF": 90}]


def slab(element="tetrahedron", size=(4, 2, 1), spacing=0.5, **more):
    return {"slab": {"size_mm": list(size), "spacing_mm": spacing, "element": element, **more}}


def heart(mesh, regions=None, stimuli=None, ms=12, **more):
    """A configuration with probes and snapshots; more: further sections, or numerics' keys. Pace and precision are named,
    so that what is on record does not go with the defaults."""
    sections = {"device", "drugs", "stop", "outputs"}
    numerics = {"pace": "fixed", "precision": "double"} | {key: value for key, value in more.items() if key not in sections}
    config = {"mesh": mesh, "regions": regions or [TISSUE], "stimuli": stimuli or [CORNER],
              "time": {"duration_ms": ms, "step_ms": numerics.pop("step_ms", 0.05)}}
    config["numerics"] = numerics
    config["outputs"] = {"probes": [{"name": "near", "node": 1}, {"name": "middle", "node": 12}],
                         "probe_interval_ms": 0, "snapshots": {"interval_ms": 2}}
    config["outputs"].update(more.get("outputs", {}))
    config.update({key: more[key] for key in sections - {"outputs"} if key in more})
    return config


def of_model(name, ms=12, amplitude=60, **more):
    region = {"model": name, "conductivity": {"isotropic_S_per_m": 0.3}}
    return heart(slab("line", (3, 0, 0), 0.25), [region], [CORNER | {"amplitude_uA_per_uF": amplitude}], ms, **more)


TWO_MODELS = [TISSUE | {"tags": [1], "name": "left"},
              {"name": "right", "tags": [2, 3], "model": "courtemanche_1998", "variant": "af",
               "conductivity": {"isotropic_S_per_m": 0.2}, "parameters": {"g_to": {"scale": 0.5}}}]
MIXED = {"file": "mixed.vtk", "fibre": [3, 4, 0]}
PATCHES = slab(size=(6, 3, 0.9), spacing=0.3)  # 15 of 64 nodes
TWO_TAGS = {"file": "two.vtk", "fibre": [1, 0, 0]}
DRUG = [{"name": "blocker", "concentration_nM": 5, "block": {"g_Kr": {"ic50_nM": 4.9, "hill": 0.9}}},
        {"name": "other", "concentration_uM": 1, "block": {"g_Na": {"ic50_uM": 4}, "g_Kr": {"ic50_uM": 9}}}]


def varying(parameter):
    field = {"field": "field.nc", "variable": "value"}
    return [TISSUE | {"parameters": {parameter: field}}]


# name: (configuration, runs); a run is "cpu" or "cuda" (the test double) and the number of ranks.
CASES = {
    # schemes
    "staggered explicit": (heart(slab()), ["cpu1", "cuda2"]),
    "staggered nodal": (heart(slab(), fast_current="nodal", stimuli=OVERLAPPING), ["cpu2", "cuda1"]),
    "staggered smoothed": (heart(slab(), fast_current="smoothed"), ["cpu3", "cuda1"]),
    "staggered implicit": (heart(slab(), diffusion="implicit", stimuli=OVERLAPPING, ms=8), ["cpu4", "cuda1"]),
    "staggered stages": (heart(slab("hexahedron"), [TISSUE | {"conductivity": {"isotropic_S_per_m": 6}}]),
                         ["cpu2", "cuda1"]),
    "backward euler": (heart(slab(), diffusion="implicit", theta=1, cg_tolerance=1e-6), ["cpu1"]),
    "consistent": (heart(slab(), diffusion="implicit", mass="consistent", fast_current="nodal", ms=6), ["cpu3", "cuda1"]),
    "godunov explicit": (heart(slab("hexahedron"), splitting="godunov", stimuli=OVERLAPPING), ["cpu1", "cuda1"]),
    "godunov implicit": (heart(slab("hexahedron"), splitting="godunov", diffusion="implicit"), ["cpu3"]),
    "strang explicit": (heart(slab(), splitting="strang"), ["cpu4", "cuda1"]),
    "strang implicit": (heart(slab(), splitting="strang", diffusion="implicit", precision="single", ms=6), ["cpu2", "cuda1"]),
    "strang within a step": (heart(slab(), splitting="strang", stimuli=WITHIN_A_STEP), ["cpu1"]),
    "staggered within a step": (heart(slab(), stimuli=WITHIN_A_STEP), ["cpu2", "cuda1"]),
    # a pace of each patch's own
    "adaptive": (heart(PATCHES, stimuli=OVERLAPPING, ms=40, pace="adaptive"), ["cpu1", "cpu3", "cuda2"]),
    "adaptive single stages": (heart(PATCHES | {"slab": PATCHES["slab"] | {"element": "hexahedron"}}, [
        TISSUE | {"conductivity": {"isotropic_S_per_m": 6}}], ms=40, precision="single", pace="adaptive"),
                               ["cpu2", "cuda1"]),
    "adaptive drugs": (heart(PATCHES, [TISSUE | {"model": "courtemanche_1998"}], ms=40, fast_current="smoothed",
                             drugs=DRUG, pace="adaptive"), ["cpu4", "cuda1"]),
    # precision, rates
    "single": (heart(slab(), precision="single", stimuli=OVERLAPPING), ["cpu4", "cuda2"]),
    "single nodal": (heart(slab("hexahedron"), precision="single", fast_current="nodal"), ["cpu1", "cuda1"]),
    "exact rates": (heart(slab(), rates="exact"), ["cpu3", "cuda1"]),
    # shapes
    "lines": (heart(slab("line", (6, 0, 0), 0.25)), ["cpu2", "cuda1"]),
    "triangles": (heart(slab("triangle", (4, 2, 0))), ["cpu3", "cuda1"]),
    "hexahedra": (heart(slab("hexahedron", (3.2, 1.6, 0.8), 0.4)), ["cpu4", "cuda1"]),
    "refined": (heart({**slab(spacing=1), "refine": 1}), ["cpu2"]),
    "jittered": (heart(slab(diagonals="jittered") | {"partition": "hilbert", "pieces": 3}), ["cpu4"]),
    "mixed": (heart(MIXED), ["cpu3", "cuda2"]),
    "mixed nodal strang": (heart(MIXED, fast_current="nodal", splitting="strang"), ["cpu2", "cuda1"]),
    # tissue
    "two models": (heart(TWO_TAGS, TWO_MODELS, OVERLAPPING), ["cpu4", "cuda2"]),
    "two models single": (heart(TWO_TAGS, TWO_MODELS, precision="single", splitting="godunov"), ["cpu1", "cuda1"]),
    "drugs": (heart(slab(), drugs=DRUG), ["cpu2", "cuda1"]),
    "field": (heart(slab(), varying("g_to")), ["cpu3", "cuda1"]),
    "field of rates": (heart(slab(), varying("g_CaL"), precision="single"), ["cpu1", "cuda2"]),
    "initial": (heart(slab(), [TISSUE | {"initial": {"V": -80, "h": 0.6}}]), ["cpu2"]),
    "paced": (heart(slab(), [TISSUE | {"initial": {"paced": {"cycle_length_ms": 400, "beats": 2}}}]), ["cpu3"]),
    "own model": (heart(slab(), [{"model": "own.h", "conductivity": {"isotropic_S_per_m": 0.2}}]), ["cpu2"]),
    # observers
    "beats": (of_model("aliev_panfilov_1996", 120,
                       stop={"quiescent_ms": 20}, outputs={"beats": 2, "snapshots": {"interval_ms": 30}}), ["cpu2"]),
    "repolarisation": (of_model("luo_rudy_1991", 450, step_ms=0.1, outputs={"repolarisation": {"level_percent": 50}, "snapshots": {
        "interval_ms": 50, "start_ms": 100, "stop_ms": 300}, "probe_interval_ms": 10}), ["cpu3", "cuda1"]),
    "stops when activated": (heart(slab(), stop={"all_activated": True}, outputs={
        "activation": {"threshold_mV": -20}, "repolarisation": {"threshold_mV": -60}}), ["cpu4", "cuda1"]),
    # the other models
    "luo rudy": (heart(slab("hexahedron"), [TISSUE | {"model": "luo_rudy_1991"}]), ["cpu1", "cuda1"]),
    "mitchell schaeffer": (of_model("mitchell_schaeffer_2003"), ["cpu1"]),
    "maleckar": (of_model("maleckar_2009"), ["cpu2"]),
    "grandi bers": (of_model("grandi_bers_2010"), ["cpu1", "cuda1"]),
    "stewart": (of_model("stewart_2009"), ["cpu1"]),
    "trovato": (of_model("trovato_2020"), ["cpu1", "cuda1"]),
    "tor ord": (of_model("tor_ord_2019"), ["cpu2"]),
    "ohara rudy": (of_model("ohara_rudy_2011", step_ms=0.02), ["cpu1", "cuda1"]),
    "bueno orovio": (of_model("bueno_orovio_2008"), ["cpu1"]),
    "corrado niederer": (of_model("corrado_niederer_2016"), ["cpu1"]),
    "rogers mcculloch": (of_model("rogers_mcculloch_1994"), ["cpu1"]),
    "nagumo": (of_model("nagumo_1962", amplitude=0.7), ["cpu1"]),
}
