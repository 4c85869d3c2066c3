"""Deno's Jupyter kernel, for whoever has Debian's python3-nbclient: no kernel needs to be installed.

The kernel runs the given Deno, in the given folder, and has all permissions: that is how `deno jupyter` works.
"""
import contextlib
import json
import os
import tempfile


@contextlib.contextmanager
def deno_kernel(deno):
    """Makes a kernel named "deno" known to Jupyter while the context lasts; nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="sonde-jupyter-") as folder:
        spec = os.path.join(folder, "kernels", "deno")
        os.makedirs(spec)
        with open(os.path.join(spec, "kernel.json"), "w", encoding="utf-8") as file:
            argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"]
            json.dump({"argv": argv, "display_name": "Deno", "language": "typescript"}, file)
        runtime = os.path.join(folder, "runtime")
        os.makedirs(runtime)
        os.environ.update(JUPYTER_PATH=folder, JUPYTER_RUNTIME_DIR=runtime, NO_COLOR="1", DENO_NO_UPDATE_CHECK="1")
        yield "deno"
