"""Runs cells in a Deno kernel by Jupyter's protocol. Needs Debian's python3-jupyter-client, and no installed kernel.

Reads from stdin {"deno", "folder", "seconds", "stop", "v8", "cells"}: the Deno to run, the kernel's working directory, how long a cell may
take, whether the first failure ends it all, V8's flags, and the cells as {"code", "interruptOn"}. When a cell prints the text of interruptOn, the kernel is
interrupted as Jupyter's stop button does it. The kernel has all permissions: that is how `deno jupyter` works.

Writes a JSON object a line as each cell ends: {"messages": [{"type", "content"}], "seconds", "problem"}, where messages are those about
outputs, and problem is None, "timeout" or "dead".
"""
import contextlib
import json
import os
import queue
import signal
import sys
import tempfile
import time

from jupyter_client.manager import start_new_kernel

# Deno's kernel may say that it is idle before a cell's last outputs have left it. What this prints and shows leaves it after them.
END = "sonde-end-of-cell"
MARK = f"""console.log({json.dumps(END)});
await Deno.jupyter.broadcast("display_data", {{ data: {{ "text/plain": {json.dumps(END)} }}, metadata: {{}}, transient: {{}} }});"""


# Whoever started this. When it is gone nobody hears of cells any more, and nobody else would end the kernel.
PARENT = os.getppid()


@contextlib.contextmanager
def deno_kernel(deno, folder, v8):
    """A client of a running kernel and its manager. Nothing is left behind."""
    with tempfile.TemporaryDirectory(prefix="sonde-jupyter-") as own:
        spec, runtime = os.path.join(own, "kernels", "deno"), os.path.join(own, "runtime")
        os.makedirs(spec)
        os.makedirs(runtime)
        with open(os.path.join(spec, "kernel.json"), "w", encoding="utf-8") as file:
            argv = [deno, "jupyter", "--kernel", "--conn", "{connection_file}"]
            env = {"DENO_V8_FLAGS": v8} if v8 else {}
            json.dump({"argv": argv, "display_name": "Deno", "language": "typescript", "env": env}, file)
        os.environ.update(JUPYTER_PATH=own, JUPYTER_RUNTIME_DIR=runtime, NO_COLOR="1", DENO_NO_UPDATE_CHECK="1")
        manager, client = start_new_kernel(kernel_name="deno", cwd=folder)
        try:
            yield manager, client
        finally:
            client.stop_channels()
            manager.shutdown_kernel(now=True)


def received(manager, client, deadline):
    """The kernel's messages about outputs, and None when it says that it is idle. Raises TimeoutError, and EOFError if it has ended.

    Ends the process if the one that started it has ended.
    """
    while True:
        if os.getppid() != PARENT:
            sys.exit("The process that asked for cells has ended")
        if time.monotonic() > deadline:
            raise TimeoutError
        try:
            message = client.get_iopub_msg(timeout=1)
        except queue.Empty:
            if not manager.is_alive():
                raise EOFError from None
            continue
        kind, content = message["msg_type"], message["content"]
        if kind == "status" and content["execution_state"] == "idle":
            yield None
        elif kind not in ("status", "execute_input"):
            yield {"type": kind, "content": content}


def is_mark(message):
    content = message["content"]
    return END in content.get("text", "") or content.get("data", {}).get("text/plain") == END


def run(manager, client, cell, seconds):
    """A cell's messages and what went wrong with the kernel, if anything did."""
    deadline, cue, messages = time.monotonic() + seconds, cell.get("interruptOn"), []
    try:
        client.execute(cell["code"])
        marks, idle = 0, 0
        for message in received(manager, client, deadline):
            if message is None:
                idle += 1
                if idle == 1:
                    client.execute(MARK, store_history=False)
            elif is_mark(message):
                marks += 1
            else:
                messages.append(message)
                if cue and cue in message["content"].get("text", ""):
                    cue = None
                    manager.interrupt_kernel()
            if marks == 2 and idle == 2:
                break
    except TimeoutError:
        return messages, "timeout"
    except EOFError:
        return messages, "dead"
    return messages, None


def main():
    for end in (signal.SIGTERM, signal.SIGHUP):  # as an exception, so that the kernel is ended too
        signal.signal(end, lambda number, _frame: sys.exit(128 + number))
    task = json.load(sys.stdin)
    if os.environ.get("SONDE_DATA"):  # the kernel runs in a folder of its own
        os.environ["SONDE_DATA"] = os.path.abspath(os.environ["SONDE_DATA"])
    with deno_kernel(task["deno"], task["folder"], task.get("v8")) as (manager, client):
        for cell in task["cells"]:
            start = time.monotonic()
            messages, problem = run(manager, client, cell, task["seconds"])
            print(json.dumps({"messages": messages, "seconds": time.monotonic() - start, "problem": problem}), flush=True)
            failed = problem or any(message["type"] == "error" for message in messages)
            if problem or (failed and task["stop"]):
                break


main()
