"""A simulation that Python steps."""

import os
from ctypes import byref, c_double, c_int, c_int64, c_void_p, sizeof
from pathlib import Path

import numpy as np

from ._library import InputError, Options, library, raise_status, texts

_MESSAGES = {"warnings": 0, "silent": 1, "info": 2}
_NOW = -1.0  # ISOCHRONE_NOW


class Electrode:
    """A place of a simulation where currents may be given."""

    def __init__(self, simulation, number):
        self._simulation, self._number = simulation, number

    def pulse(self, duration_ms=2.0, amplitude_uA_per_uF=50.0, start_ms=None):
        """A current of that amplitude (positive depolarises), from start_ms on; None: from now on."""
        start = _NOW if start_ms is None else start_ms
        self._simulation._call("pulse", self._number, start, duration_ms, amplitude_uA_per_uF)


class Simulation:
    """A heart of a configuration, a YAML file, that is stepped, read and paced.

    set: {"time.step_ms": 0.02}, or ["time.step_ms=0.02"], wins over the configuration. output: prefix of the results,
    or the whole name of one, NAME.e.nc; None: the configuration's name in the present folder. restart: a checkpoint to
    go on from. messages: "warnings", "silent" or "info". communicator: an mpi4py communicator; None: all ranks. Under mpirun
    all ranks make the same calls, and arrays are those of a rank's own nodes.
    """

    def __init__(self, configuration, set=None, output=None, restart=None, messages="warnings", communicator=None):
        from .commands import _settings

        self._heart = c_void_p()
        if messages not in _MESSAGES:
            raise InputError(f"messages is {messages!r}; choose from {', '.join(_MESSAGES)}")
        self._prefix = Path(os.fsdecode(output) if output is not None else Path(os.fsdecode(configuration)).stem)
        words = _settings(set)[1::2]
        self._kept = texts(words), communicator  # as long as the call lasts
        options = Options(
            size=0,
            nset=len(words),
            set=self._kept[0],
            output=os.fsencode(self._prefix if output is None else output),
            restart=None if restart is None else os.fsencode(restart),
            messages=_MESSAGES[messages],
        )
        options.size = sizeof(options)
        if communicator is not None:
            from mpi4py import MPI

            options.communicator = MPI._addressof(communicator)
        status = library.isochrone_open(byref(self._heart), os.fsencode(configuration), byref(options))
        if status:
            message = self._message()
            self.close()
            raise_status(status, message)
        self._vm = np.empty(self.owned)
        self._view = self._vm.view()
        self._view.flags.writeable = False

    def _message(self):
        return library.isochrone_error(self._heart).decode()

    def _call(self, name, *arguments):
        if not self._heart:
            raise InputError("the simulation is closed")
        status = getattr(library, "isochrone_" + name)(self._heart, *arguments)
        if status:
            raise_status(status, self._message())

    def _name(self, name, what):
        """A name as C takes it."""
        if not isinstance(name, str):
            raise TypeError(f"{what} is a name of the configuration, not {name!r}")
        return name.encode()

    def _numbers(self, nodes):
        """Global numbers of nodes, of these or of a mask of all nodes. Which there are is for the library to say."""
        given = np.asarray(nodes)
        if given.dtype.kind == "b":
            if given.shape != (self.nodes,):
                raise InputError(
                    f"a mask of nodes has a value for each of the {self.nodes} nodes of the mesh, and this one has the shape "
                    f"{given.shape}; heart.ids[mask] are the numbers of this rank's nodes"
                )
            given = np.flatnonzero(given)
        elif given.dtype.kind not in "iuf":
            raise TypeError(f"nodes are whole numbers, or a mask of all nodes, and not {nodes!r}")
        elif given.dtype.kind == "f":
            wrong = given[~((abs(given) < 2.0**63) & (given == np.floor(given)))]
            if wrong.size:
                raise InputError(f"{wrong[0]} is not the number of a node: these are whole")
        return np.ascontiguousarray(np.atleast_1d(given), np.int64)

    def _ask(self, name, *arguments):
        if not self._heart:
            raise InputError("the simulation is closed")
        return getattr(library, "isochrone_" + name)(self._heart, *arguments)

    # ---- life ----

    def close(self):
        """Ends it, without results that were not written. Arrays that were read stay."""
        if self._heart:
            library.isochrone_close(self._heart)
            self._heart = c_void_p()

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.close()

    def __del__(self):
        if getattr(self, "_heart", None):
            self.close()

    def __reduce_ex__(self, protocol):
        """For copy and pickle: two owners would close one heart."""
        raise TypeError("a Simulation cannot be copied or pickled: open another one, or go on from a checkpoint")

    # ---- nodes ----

    @property
    def nodes(self):
        """Nodes of the whole heart."""
        return self._ask("nodes")

    @property
    def owned(self):
        """Nodes of this rank, which arrays have; all of them without mpirun."""
        return self._ask("owned")

    @property
    def ids(self):
        """Global numbers of this rank's nodes, [owned], as in the mesh file; the order of the arrays."""
        ids = np.empty(self.owned, np.int64)
        self._call("ids", ids.ctypes.data)
        return ids

    @property
    def xyz(self):
        """Places of this rank's nodes, [owned, 3], mm."""
        xyz = np.empty((self.owned, 3))
        self._call("coordinates", xyz.ctypes.data)
        return xyz

    def site_node(self, site):
        """The number of the node in the middle of a site of the configuration."""
        node = c_int64()
        self._call("site_node", self._name(site, "a site"), byref(node))
        return node.value

    # ---- time ----

    @property
    def time_ms(self):
        """How far the simulation is."""
        return self._ask("time_ms")

    @property
    def step_ms(self):
        """The length of a step."""
        return self._ask("step_ms")

    @property
    def duration_ms(self):
        """Where it ends at the latest: time.duration_ms."""
        return self._ask("duration_ms")

    @property
    def ended(self):
        """Why it has ended; None: it goes on."""
        why = self._ask("ended")
        return why.decode() if why else None

    def step(self):
        """One step."""
        self._call("step")

    def advance(self, time_ms):
        """Steps until that time, or the end. Ctrl-C is heard each millisecond."""
        while True:
            self._call("advance", min(time_ms, self.time_ms + max(1.0, self.step_ms)))
            if self.ended or not self.time_ms < time_ms - 1e-6 * self.step_ms:
                return

    # ---- reading ----

    @property
    def vm(self):
        """Vm of this rank's nodes in mV, [owned]: a view, read-only, of one array, which each reading brings up to date.

        Copy what is to stay: heart.vm.copy().
        """
        self._call("vm", self._vm.ctypes.data)
        return self._view

    def vm_at(self, nodes):
        """Vm now at nodes by their global numbers, or by a mask of all nodes, in mV, on every rank."""
        nodes = self._numbers(nodes)
        vm = np.empty(nodes.shape)
        self._call("vm_at", nodes.size, nodes.ctypes.data, vm.ctypes.data)
        return vm

    @property
    def activation_ms(self):
        """When this rank's nodes activated first, [owned]; NaN: not yet."""
        ms = np.empty(self.owned)
        self._call("activation", ms.ctypes.data)
        return ms

    @property
    def leads(self):
        """Names of the leads and electrograms that outputs.ecg asks for."""
        return [self._ask("lead_name", k).decode() for k in range(self._ask("leads"))]

    def lead(self, name):
        """The last sample of a lead: its time (ms) and value (mV)."""
        time_ms, mV = c_double(), c_double()
        self._call("lead", self._name(name, "a lead"), byref(time_ms), byref(mV))
        return time_ms.value, mV.value

    # ---- acting ----

    def electrode(self, site=None, nodes=None):
        """An Electrode at a site of the configuration or at nodes; before the first step.

        nodes: their global numbers, or a mask of all nodes.
        """
        if (site is None) == (nodes is None):
            raise InputError("an electrode is at a site or at nodes: give one of both")
        number = c_int()
        if site is not None:
            self._call("electrode", self._name(site, "a site"), byref(number))
        else:
            nodes = self._numbers(nodes)
            self._call("electrode_nodes", nodes.size, nodes.ctypes.data, byref(number))
        return Electrode(self, number.value)

    # ---- results ----

    def write(self):
        """Writes the results of the configuration's outputs up to now, and returns them. No step can follow."""
        from .results import Results

        self._call("write")
        return Results(self._prefix)
