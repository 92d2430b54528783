"""Executes a notebook in a folder of its own, as a reader would, and demands that it is kept without outputs.

usage: run_notebook.py NOTEBOOK"""
import os
import sys
import tempfile

import nbclient
import nbformat
from traitlets.config import Config


def main():
    path = sys.argv[1]
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        if cell.cell_type == "code" and (cell.outputs or cell.execution_count):
            sys.exit(f"{path} is kept with outputs: clear them (Edit > Clear Outputs of All Cells), and save it")
    os.environ.setdefault("MPLBACKEND", "module://matplotlib_inline.backend_inline")
    with tempfile.TemporaryDirectory() as folder:
        # What Jupyter keeps for its user is none of a test's.
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR", "IPYTHONDIR"):
            os.environ[name] = os.path.join(folder, "jupyter")
        os.mkdir(os.path.join(folder, "work"))
        config = Config()
        config.KernelManager.transport = "ipc"  # files instead of ports
        config.KernelManager.ip = os.path.join(folder, "kernel")
        work = {"metadata": {"path": os.path.join(folder, "work")}}
        client = nbclient.NotebookClient(notebook, config=config, kernel_name="python3", timeout=600, resources=work)
        client.execute()
    pictures = sum(
        "image/png" in output.get("data", {})
        for cell in notebook.cells
        if cell.cell_type == "code"
        for output in cell.outputs
    )
    if not pictures:
        sys.exit(f"{path} shows no picture")
    print(f"{path}: {len(notebook.cells)} cells, {pictures} pictures")
    if len(sys.argv) > 2:  # where to keep it with its outputs
        nbformat.write(notebook, sys.argv[2])


if __name__ == "__main__":
    main()
