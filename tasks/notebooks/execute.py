"""Executes a notebook through Jupyter: execute.py NOTEBOOK DENO SECONDS, where SECONDS is the longest that a cell may take.

Writes one JSON object a line: {"cell", "seconds", "outputs"} as each code cell ends, with "error" if it failed, which ends the run.
Outputs are as Jupyter stores them: what was displayed under one id and then updated is there once, as it was last.
"""
import json
import os
import sys
import time

import nbformat
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from kernel import deno_kernel

path, deno, seconds = sys.argv[1:]
notebook = nbformat.read(path, as_version=4)
folder = os.path.dirname(os.path.abspath(path))
if os.environ.get("SONDE_DATA"):  # the kernel runs in the notebook's folder
    os.environ["SONDE_DATA"] = os.path.abspath(os.environ["SONDE_DATA"])


def tell(**line):
    print(json.dumps(line), flush=True)


def failed(cell):
    """A cell may also fail while its result is displayed; Jupyter then reports no failure of the cell."""
    return next((output for output in cell.outputs if output.output_type == "error"), None)


with deno_kernel(deno) as name:
    client = NotebookClient(notebook, timeout=int(seconds), kernel_name=name, resources={"metadata": {"path": folder}})
    with client.setup_kernel():
        for index, cell in enumerate(notebook.cells):
            if cell.cell_type != "code" or not cell.source.strip():
                continue
            start = time.perf_counter()
            problem = None
            try:
                client.execute_cell(cell, index)
            except CellTimeoutError:
                problem = {"ename": "Timeout", "evalue": f"the cell took longer than {seconds} s", "traceback": []}
            except DeadKernelError:
                problem = {"ename": "DeadKernel", "evalue": "the kernel ended", "traceback": []}
            except CellExecutionError:
                pass  # its output says more
            problem = problem or failed(cell)
            line = {"cell": index, "seconds": time.perf_counter() - start, "outputs": cell.outputs}
            tell(**line, **({"error": problem} if problem else {}))
            if problem:
                break
