"""The Python package against the program and itself: bits, names, messages.

usage: test_package.py [TEST...]; ISOCHRONE_LIBRARY names the library, and the package is importable."""
import copy as copy_module
import json
import os
import pickle
import subprocess
import sys
import tempfile
import unittest
from pathlib import Path

import numpy as np

import isochrone

HEART = {
    "title": "A heart from Python",
    "mesh": {"slab": {"size_mm": [6, 3, 1], "spacing_mm": 0.5}},
    "regions": [
        {
            "name": "muscle",
            "model": "mitchell_schaeffer_2003",
            "conductivity": {"longitudinal_S_per_m": 0.1334, "transverse_S_per_m": 0.0176},
        }
    ],
    "sites": {"left": {"box": {"min_mm": [0, 0, 0], "max_mm": [1, 3, 1]}}},
    "stimuli": [{"name": "first", "site": "left", "duration_ms": 2, "amplitude_uA_per_uF": 50}],
    "time": {"duration_ms": 20, "step_ms": 0.05},
    "outputs": {
        "snapshots": {"interval_ms": 5},
        "probes": [{"name": "far", "at_mm": [6, 3, 1]}],
        "ecg": {"electrodes": "electrodes.csv", "interval_ms": 1, "pairs": ["a-b"]},
    },
}
ELECTRODES = "name,x_mm,y_mm,z_mm\na,2,1.5,2\nb,4,1.5,2\n"


def changed(configuration, changes):
    """A copy with other values at {"key.path": value}."""
    copy = json.loads(json.dumps(configuration))
    for path, value in changes.items():
        place, *keys = copy, *path.split(".")
        for key in keys[:-1]:
            place = place[int(key) if isinstance(place, list) else key]
        place[keys[-1]] = value
    return copy


class Folder(unittest.TestCase):
    """Tests in a folder of their own, which holds heart.yaml."""

    def setUp(self):
        folder = tempfile.TemporaryDirectory()
        self.addCleanup(folder.cleanup)
        self.addCleanup(os.chdir, os.getcwd())
        os.chdir(folder.name)
        Path("electrodes.csv").write_text(ELECTRODES)
        isochrone.write_configuration("heart.yaml", HEART, check=False)


class Results(Folder):
    def test_maps_have_names_and_places(self):
        results = isochrone.run("heart.yaml")
        maps = results.maps
        self.assertEqual(maps.activation_time.dims, ("node",))
        self.assertEqual(maps.sizes["node"], 13 * 7 * 3)
        self.assertEqual(maps.activation_time.attrs["units"], "ms")
        self.assertEqual(list(maps.probe.values), ["far"])
        self.assertEqual(float(maps.x.max()), 6)
        self.assertEqual(maps.attrs["title"], "A heart from Python")
        self.assertFalse([name for name in maps.variables if name.startswith(("vals_", "connect", "eb_"))])
        last = np.nanargmax(maps.activation_time)
        self.assertEqual((float(maps.x[last]), float(maps.time)), (6, 20))
        # The probe is at the last node.
        corner = (maps.x == 6) & (maps.y == 3) & (maps.z == 1)
        self.assertAlmostEqual(float(maps.activation_time[corner][0]), float(maps.probe_activation_time[0]), 3)

    def test_mesh_has_the_maps(self):
        results = isochrone.run("heart.yaml")
        mesh = results.mesh()
        self.assertAlmostEqual(mesh.volume, 6 * 3 * 1, 9)
        np.testing.assert_array_equal(mesh.point_data["activation_time"], results.maps.activation_time)
        np.testing.assert_array_equal(mesh.points[:, 0], results.maps.x)
        self.assertIn("fibreX", mesh.cell_data)
        surface = mesh.contour([10.0], scalars="activation_time")  # the front at 10 ms
        self.assertGreater(surface.n_points, 0)
        np.testing.assert_allclose(surface.point_data["activation_time"], 10)

    def test_snapshots(self):
        results = isochrone.run("heart.yaml", output="other")
        vm = results.snapshots.Vm
        self.assertEqual(vm.dims, ("time", "node"))
        np.testing.assert_allclose(vm.time, [0, 5, 10, 15, 20])
        mesh = isochrone.open_mesh("other_vm.e.nc", time_ms=11)
        np.testing.assert_array_equal(mesh.point_data["Vm"], vm.sel(time=10))
        self.assertEqual(list(mesh.field_data["time_ms"]), [10])

    def test_ecg(self):
        ecg = isochrone.run("heart.yaml").ecg
        np.testing.assert_array_equal(ecg["a-b"], ecg.a - ecg.b)
        self.assertEqual(list(ecg.electrode.values), ["a", "b"])

    def test_whole_names(self):
        """A result's whole name means its prefix, as it does to the program."""
        results = isochrone.run("heart.yaml", output="R.e.nc")
        self.assertEqual(results.path("_vm.e.nc"), Path("R_vm.e.nc"))
        with isochrone.Simulation("heart.yaml", output=Path("Q.e.nc")) as heart:
            heart.advance(1e9)
            written = heart.write()
        np.testing.assert_array_equal(written.maps.activation_time, results.maps.activation_time)
        np.testing.assert_array_equal(isochrone.Results("R.e.nc").ecg.a, results.ecg.a)
        os.rename("heart.yaml", "N.e.nc.yaml")  # whose results are N's, then
        self.assertTrue(isochrone.run("N.e.nc.yaml").path(".e.nc").exists())
        with isochrone.Simulation("N.e.nc.yaml") as heart:
            self.assertTrue(heart.write().path(".e.nc").exists())
        self.assertEqual(sorted(Path().glob("*.e.nc.*")), [Path("N.e.nc.yaml")])

    def test_missing_file(self):
        with self.assertRaisesRegex(isochrone.InputError, "nothing.e.nc"):
            isochrone.open_results("nothing.e.nc")


class Configurations(Folder):
    def test_round_trip(self):
        self.assertEqual(isochrone.read_configuration("heart.yaml"), HEART)
        isochrone.write_configuration("again.yaml", HEART)
        self.assertEqual(isochrone.read_configuration("again.yaml"), HEART)

    TEXTS = "no yes On 1:30 0x10 0b1 1_000 2020-01-01 .inf .nan 1e400 1e e . NULL Null tRUE = << - 1.2.3".split()

    def test_words_of_the_program(self):
        """What other readers of YAML take for something else stays what the program reads."""
        Path("words.yaml").write_text(
            f"texts: [{', '.join(self.TEXTS[:-2])}, 1.2.3]\nquoted: ['1', 'true', '~', '', \"null\"]\n"
            "numbers: [007, 010, +5, 1e3, 1E-3, .5, 1., -0.10]\nnothing: [~, null, ]\nempty:\nswitches: [TRUE, False]\n"
            "no: &one {on: 1}\n5: *one\n"
        )
        words = isochrone.read_configuration("words.yaml")
        self.assertEqual(words["texts"], [*self.TEXTS[:-2], "1.2.3"])
        self.assertEqual(words["quoted"], ["1", "true", "~", "", "null"])
        self.assertEqual(words["numbers"], [7, 10, 5, 1000.0, 0.001, 0.5, 1.0, -0.1])
        self.assertEqual([isinstance(number, int) for number in words["numbers"]], 3 * [True] + 5 * [False])
        self.assertEqual((words["nothing"], words["empty"], words["switches"]), ([None, None], None, [True, False]))
        self.assertEqual((words["no"], words["5"]), ({"on": 1}, {"on": 1}))
        self.assertIsNot(words["no"], words["5"])
        for values in (words, {"texts": self.TEXTS + ["", "~", "7", " a", "a: #1", "é", "a\nb\n", "[", "1e3"]}):
            isochrone.write_configuration("again.yaml", values, check=False)
            self.assertEqual(isochrone.read_configuration("again.yaml"), values)
        for copy in (copy_module.deepcopy(words), pickle.loads(pickle.dumps(words))):
            isochrone.write_configuration("copy.yaml", copy, check=False)
            self.assertIn("007", Path("copy.yaml").read_text())

    def test_means_the_same_when_written(self):
        """Read and written, a configuration is to the program what it was."""
        Path("words.yaml").write_text(
            "title: 1:30\nmesh: {slab: {size_mm: [2, 1, 1], spacing_mm: 5e-1}}\n"
            "regions: [{name: 0.10, model: mitchell_schaeffer_2003, conductivity: "
            "{longitudinal_S_per_m: 1334e-4, transverse_S_per_m: 0.0176}}]\n"
            "sites: {no: &left {box: {min_mm: [0, 0, 0], max_mm: [1, 3, 1]}}, 010: *left}\n"
            "stimuli: [{name: 007, site: no, duration_ms: 2, amplitude_uA_per_uF: 50}, "
            "{name: 1e3, site: 010, duration_ms: 2, amplitude_uA_per_uF: 50}]\n"
            "time: {duration_ms: 010, step_ms: 0.05}\nstop: {all_activated: ~}\n"
            "outputs: {probes: [{name: no, at_mm: [1, 1, 1]}, {name: 2020-01-01, at_mm: [0, 1, 1]}]}\n"
        )
        isochrone.write_configuration("again.yaml", isochrone.read_configuration("words.yaml"))
        first, second = isochrone.run("words.yaml").maps, isochrone.run("again.yaml").maps
        self.assertEqual(second.attrs["title"], "1:30")
        self.assertEqual(list(second.probe.values), ["no", "2020-01-01"])
        self.assertEqual(float(second.time), 10)
        self.assertEqual(first.attrs["configuration"], second.attrs["configuration"])

    def test_what_is_no_configuration(self):
        for text, says in (
            ("time: [", "wrong.yaml:1: this is not YAML"),
            ("a: 1\na: 2", "wrong.yaml:2: duplicate key 'a'"),
            ("a: !!int 5", "wrong.yaml:1: YAML tags"),
            ("[1]: 2", "a key must be"),
            ("a: &a [*a]", "nested too deeply|not YAML"),
            ("a: 1\n---\nb: 1", "not YAML"),
        ):
            Path("wrong.yaml").write_text(text)
            with self.assertRaisesRegex(isochrone.InputError, says):
                isochrone.read_configuration("wrong.yaml")
        Path("empty.yaml").write_text("# nothing\n")
        self.assertEqual(isochrone.read_configuration("empty.yaml"), {})

    def test_values_of_python(self):
        """NumPy's numbers and arrays and paths are written, and what cannot be is refused by its key."""
        values = {
            "time.step_ms": np.float64(0.02),
            "time.duration_ms": np.int64(2),
            "stop.all_activated": np.bool_(True),
            "mesh.slab.size_mm": np.array([6, 3, 2]),
            "mesh.slab.spacing_mm": np.array(0.5, np.longdouble),
            "outputs.ecg.electrodes": Path("electrodes.csv"),
            "stimuli.0.site": np.str_("left"),
            "sites.left.box.max_mm": (1, np.float32(3), 1),
        }
        self.assertEqual(isochrone.run("heart.yaml", set=values).maps.sizes["node"], 13 * 7 * 5)
        with isochrone.Simulation("heart.yaml", set=values) as heart:
            self.assertEqual((heart.step_ms, heart.duration_ms, heart.nodes), (0.02, 2, 13 * 7 * 5))
        isochrone.write_configuration(
            "typed.yaml",
            {
                **HEART,
                "mesh": {"slab": {"size_mm": values["mesh.slab.size_mm"], "spacing_mm": np.float64(0.5)}},
                "outputs": {"ecg": {"electrodes": Path("electrodes.csv")}},
            },
        )
        typed = isochrone.read_configuration("typed.yaml")
        self.assertEqual(typed["mesh"]["slab"], {"size_mm": [6, 3, 2], "spacing_mm": 0.5})
        for wrong in (1j, {1, 2}, b"left", np.datetime64(0, "s")):
            with self.assertRaisesRegex(TypeError, "^time.step_ms: .*which no configuration has"):
                isochrone.run("heart.yaml", set={"time.step_ms": wrong})
            with self.assertRaisesRegex(TypeError, "^time.step_ms: .*which no configuration has"):
                isochrone.write_configuration("typed.yaml", {**HEART, "time": {"step_ms": wrong}})
        with self.assertRaisesRegex(isochrone.InputError, "^time.step_ms: nan is no number"):
            isochrone.check("heart.yaml", set={"time.step_ms": np.nan})
        with self.assertRaisesRegex(TypeError, "a key is a text"):
            isochrone.write_configuration("typed.yaml", {None: 1})
        self.assertEqual(isochrone.read_configuration("typed.yaml"), typed)

    def test_settings_as_texts(self):
        words = ["time.duration_ms=2", "title=1:30"]
        self.assertEqual(isochrone.run("heart.yaml", set=words).maps.attrs["title"], "1:30")
        with isochrone.Simulation("heart.yaml", set=words) as heart:
            self.assertEqual(heart.duration_ms, 2)
        for wrong in ("time.duration_ms=2", [("time.duration_ms", 2)], 5, {5: 2}):
            for use in (isochrone.check, isochrone.run, isochrone.Simulation):
                with self.assertRaisesRegex(TypeError, "^set"):
                    use("heart.yaml", set=wrong)

    def test_ranks(self):
        for ranks in (0, -1, 1.5, "2", None):
            for use in (isochrone.check, isochrone.run):
                with self.assertRaisesRegex(isochrone.InputError, "^ranks is .*, 1 or more"):
                    use("heart.yaml", ranks=ranks)
        self.assertIn("273 nodes", isochrone.check("heart.yaml", ranks=np.int64(1)))
        with self.assertRaises(isochrone.InputError):
            isochrone.run("heart.yaml", threads=0)

    def test_refused_is_not_written(self):
        before = Path("heart.yaml").read_text()
        wrong = {**HEART, "time": {"duration": 20}}
        with self.assertRaisesRegex(isochrone.InputError, r"^heart\.yaml:\d+: .*did you mean 'duration_ms'"):
            isochrone.write_configuration("heart.yaml", wrong)
        self.assertEqual(Path("heart.yaml").read_text(), before)
        with self.assertRaisesRegex(isochrone.InputError, "none.csv"):
            ecg = {"electrodes": "none.csv"}
            isochrone.write_configuration("new.yaml", {**HEART, "outputs": {"ecg": ecg}})
        self.assertEqual(sorted(os.listdir()), ["electrodes.csv", "heart.yaml"])

    def test_commands(self):
        self.assertIn("273 nodes", isochrone.check("heart.yaml"))
        self.assertIn("mitchell_schaeffer_2003", isochrone.command("models"))
        with self.assertRaisesRegex(isochrone.InputError, "did you mean 'check'"):
            isochrone.command("chekc")
        with self.assertRaisesRegex(isochrone.InputError, "unknown key"):
            isochrone.run("heart.yaml", set={"mesh.slab.edge": 1})
        os.mkdir("full")
        with self.assertRaises(isochrone.Error):
            isochrone.run("heart.yaml", output="nowhere/heart")

    def test_settings(self):
        """Values of every kind arrive as they are."""
        results = isochrone.run(
            "heart.yaml",
            set={"title": "a: #1", "time.duration_ms": 2, "stop.all_activated": True, "mesh.slab.size_mm": [6, 3, 2]},
        )
        self.assertEqual(results.maps.attrs["title"], "a: #1")
        self.assertEqual(results.maps.sizes["node"], 13 * 7 * 5)

    def test_study(self):
        study = {"question": "How fast?", "axes": [{"name": "along", "key": "time.step_ms", "values": [0.05, 0.1]}]}
        isochrone.write_configuration("study.yaml", {**HEART, "study": study}, check=False)
        table = isochrone.study("study.yaml", "folder")
        self.assertEqual(len(table.total_activation_ms), 2)
        self.assertTrue((table.activated_percent == 100).all())


class Stepping(Folder):
    def test_is_a_run(self):
        """Stepped from Python, the heart has the bits of the program's run."""
        ran = isochrone.run("heart.yaml", output="ran")
        with isochrone.Simulation("heart.yaml", output="stepped") as heart:
            while not heart.ended:
                heart.advance(heart.time_ms + 0.7)
                heart.vm
            self.assertEqual(heart.ended, "duration reached")
            stepped = heart.write()
            np.testing.assert_array_equal(heart.activation_ms, ran.maps.activation_time)
        for name in ("activation_time", "apd", "probe_vm"):
            np.testing.assert_array_equal(ran.maps[name], stepped.maps[name])
        np.testing.assert_array_equal(ran.snapshots.Vm, stepped.snapshots.Vm)
        np.testing.assert_array_equal(ran.ecg.a, stepped.ecg.a)

    def test_views(self):
        with isochrone.Simulation("heart.yaml") as heart:
            vm = heart.vm
            rest = vm.copy()
            self.assertTrue((rest == -80).all())
            heart.advance(5)
            self.assertTrue((vm == -80).all())  # until it is read again
            self.assertTrue(np.shares_memory(heart.vm, vm))
            self.assertTrue((vm[heart.xyz[:, 0] < 1] > 0).all())
            with self.assertRaises(ValueError):
                vm[0] = 0
            np.testing.assert_array_equal(heart.vm_at(heart.ids[::-1]), vm[::-1])
            self.assertEqual(heart.vm_at(3).shape, (1,))
        self.assertEqual(len(vm), 273)  # stays

    def test_pacing(self):
        with isochrone.Simulation("heart.yaml", set={"stimuli.0.start_ms": 1000}, messages="silent") as heart:
            electrode = heart.electrode(nodes=heart.ids[heart.xyz[:, 0] == 6])
            heart.advance(4)
            electrode.pulse()
            heart.advance(12)
            first = heart.xyz[np.nanargmin(heart.activation_ms), 0]
            self.assertEqual(first, 6)
            self.assertGreater(np.nanmin(heart.activation_ms), 4)
            time, value = heart.lead("a-b")
            self.assertEqual(time, 12)
            self.assertEqual(heart.leads, ["a", "b", "a-b"])
            self.assertAlmostEqual(value, heart.lead("a")[1] - heart.lead("b")[1], 12)
            with self.assertRaisesRegex(isochrone.InputError, "has begun"):
                heart.electrode("left")
            with self.assertRaisesRegex(isochrone.InputError, "too late"):
                electrode.pulse(start_ms=3)

    def test_device_of_ones_own(self):
        """A demand pacemaker in ten lines of Python paces as the built-in VVI does."""
        failing = {
            "stimuli.0.period_ms": 500,
            "stimuli.0.count": 2,
            "sites.right": {"box": {"min_mm": [5, 0, 0], "max_mm": [6, 3, 1]}},
            "time": {"duration_ms": 2300, "step_ms": 0.1},
            "outputs.beats": 6,
            "outputs.snapshots": {"interval_ms": 1000},
        }
        ventricle = {"sense": {"site": "right"}, "site": "right", "amplitude_uA_per_uF": 50, "duration_ms": 2}
        built_in = {"pacer": {"mode": "VVI", "lower_rate_per_min": 100, "ventricle": ventricle}}
        isochrone.write_configuration("failing.yaml", changed(HEART, failing))
        isochrone.write_configuration("built_in.yaml", changed(HEART, {**failing, "devices": built_in}))
        expected = isochrone.run("built_in.yaml").maps.beat_activation_time.values
        with isochrone.Simulation("failing.yaml") as heart:
            electrode, node = heart.electrode("right"), heart.site_node("right")
            before, last, paces = heart.vm_at(node)[0], -400.0, []
            while not heart.ended:
                heart.advance(heart.time_ms + 1)
                now, vm = heart.time_ms, heart.vm_at(node)[0]
                if before < -67 <= vm and now - last > 320:
                    last = now
                elif now - last >= 600:
                    electrode.pulse()
                    last = now
                    paces.append(now)
                before = vm
            beats = heart.write().maps.beat_activation_time.values
        self.assertEqual(len(paces), 2)
        self.assertEqual(beats.shape, expected.shape)
        self.assertEqual(len(beats), 4)
        # Two paces, each of which the built-in device gives one tick of its clock, 1 ms, after it has decided.
        np.testing.assert_allclose(beats, expected, rtol=0, atol=2.1)
        self.assertGreater(beats[2].min() - beats[1].max(), 500)  # they are paced ones

    def test_nodes(self):
        """A mask of all nodes means those where it is true; what is no number of a node is refused."""
        with isochrone.Simulation("heart.yaml") as heart:
            mask = np.zeros(heart.nodes, bool)
            mask[100:110] = True
            heart.advance(3)
            np.testing.assert_array_equal(heart.vm_at(mask), heart.vm[100:110])
            np.testing.assert_array_equal(heart.vm_at(list(mask)), heart.vm[100:110])
            np.testing.assert_array_equal(heart.vm_at(np.float32(4)), heart.vm[4:5])
            np.testing.assert_array_equal(heart.vm_at(np.uint8([[4, 5]])), heart.vm[None, 4:6])
            self.assertEqual(heart.vm_at([]).size, 0)
            for wrong in (mask[1:], mask[:, None], True, np.bool_(False)):
                with self.assertRaisesRegex(isochrone.InputError, "a mask of nodes has a value for each of the 273"):
                    heart.vm_at(wrong)
            for wrong in (4.9, [3, 4.5], np.nan, np.inf, 1e30, -1, -1.0, 273, [0, 273.0], np.uint64(2**63 + 4)):
                with self.assertRaisesRegex(isochrone.InputError, "not the number of a node|there is no node"):
                    heart.vm_at(wrong)
            for wrong in ("4", None, [4, "5"], 1j, 2**70, heart):
                with self.assertRaisesRegex(TypeError, "whole numbers, or a mask"):
                    heart.vm_at(wrong)
        with isochrone.Simulation("heart.yaml") as heart:
            for wrong, error in ((4.9, isochrone.InputError), (mask[1:], isochrone.InputError), ("left", TypeError)):
                with self.assertRaises(error):
                    heart.electrode(nodes=wrong)
            for use in (heart.electrode, heart.site_node, heart.lead):
                with self.assertRaisesRegex(TypeError, "is a name of the configuration"):
                    use(mask)
        paced = []
        for nodes in (mask, np.flatnonzero(mask), np.arange(100.0, 110)):
            with isochrone.Simulation("heart.yaml", messages="silent", set={"stimuli.0.start_ms": 1000}) as heart:
                heart.electrode(nodes=nodes).pulse()
                heart.advance(2)
                paced.append(heart.vm.copy())
        np.testing.assert_array_equal(paced[0], paced[1])
        np.testing.assert_array_equal(paced[0], paced[2])
        self.assertGreater(paced[0][mask].min(), paced[0][~mask].max())

    def test_is_not_copied(self):
        """Two owners would close one heart twice."""
        with isochrone.Simulation("heart.yaml") as heart:
            electrode = heart.electrode("left")
            for use in (copy_module.copy, copy_module.deepcopy, pickle.dumps):
                with self.assertRaisesRegex(TypeError, "cannot be copied or pickled"):
                    use(heart)
            for use in (copy_module.deepcopy, pickle.dumps):
                with self.assertRaisesRegex(TypeError, "cannot be copied or pickled"):
                    use(electrode)
            heart.advance(1)

    def test_two_hearts(self):
        with isochrone.Simulation("heart.yaml") as one, isochrone.Simulation("heart.yaml") as other:
            other.advance(3)
            one.advance(6)
            other.advance(6)
            np.testing.assert_array_equal(one.vm, other.vm)

    def test_errors(self):
        with self.assertRaisesRegex(isochrone.InputError, "unknown key"):
            isochrone.Simulation("heart.yaml", set={"time.step": 1})
        with self.assertRaisesRegex(isochrone.InputError, "choose from warnings"):
            isochrone.Simulation("heart.yaml", messages="loud")
        heart = isochrone.Simulation("heart.yaml")
        with self.assertRaisesRegex(isochrone.InputError, "one of both"):
            heart.electrode()
        with self.assertRaisesRegex(isochrone.InputError, "there is no site 'lfet'; did you mean 'left'"):
            heart.electrode("lfet")
        heart.close()
        heart.close()
        for use in (lambda: heart.vm, lambda: heart.time_ms, heart.step):
            with self.assertRaisesRegex(isochrone.InputError, "is closed"):
                use()

    def test_ranks(self):
        """Two ranks have the bits of one."""
        program = (
            "import isochrone, numpy as np\n"
            "with isochrone.Simulation('heart.yaml') as heart:\n"
            "    heart.advance(9)\n"
            "    assert heart.owned < heart.nodes\n"
            "    np.save(f'vm{heart.ids.min()}.npy', heart.vm_at(np.arange(heart.nodes)))\n"
        )
        mpirun = os.environ.get("ISOCHRONE_MPIEXEC", "mpirun").split()
        environment = dict(os.environ)  # without what MPI has put beside it in this process
        subprocess.run([*mpirun, "-n", "2", sys.executable, "-c", program], check=True, env=environment)
        with isochrone.Simulation("heart.yaml") as heart:
            heart.advance(9)
            written = sorted(Path().glob("vm*.npy"))
            self.assertEqual(len(written), 2)
            for path in written:
                np.testing.assert_array_equal(np.load(path), heart.vm)


if __name__ == "__main__":
    unittest.main()
