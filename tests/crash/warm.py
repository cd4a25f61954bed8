"""A warm process that runs `neurorl` commands in forked children, and kills them where it is told to.

Starting Python and importing JAX takes longer than the commands that are killed here. This process imports everything
once, without starting a JAX backend (a backend does not survive a fork), and forks a child for each command. A request
is one line of JSON on standard input, its answer one line on standard output:

    {"argv": [...], "cwd": "...", "log": "...", "env": {...}, "signal": 9, "at": 12, "after": null, "limit": 300}

`at` kills the child in front of its at-th change of the file system below `cwd` (a file opened for writing, renamed or
removed, a folder made or removed: Python's audit events); `after` kills it after so many seconds. `log` is where the
child writes the changes one by one.
`largest_file` limits the size of every file, in bytes, and `closed_output` starts the command without standard output.
"""

import importlib
import json
import os
import resource
import signal
import sys
import time

CHANGES = ("os.rename", "os.remove", "os.rmdir", "os.mkdir", "os.truncate", "os.link")
MODULES = (
    *("neurorl.cli.fit", "neurorl.analyse.steps", "neurorl.analyse.page", "neurorl.cli.train", "neurorl.cli.run"),
    *("neurorl.cli.recover", "neurorl.cli.simulate", "neurorl.cli.networks", "neurorl.cli.players"),
    *(
        "neurorl.report.runner",
        "neurorl.fit.design.model_recovery",
        "neurorl.fit.design.recovery",
        "neurorl.figures.profile",
    ),
    *(
        "neurorl.fit.methods",
        "neurorl.fit.methods.em",
        "neurorl.data",
        "neurorl.data.shipped",
        "neurorl.train",
        "neurorl.zoo",
    ),
    *("neurorl.agents.rescorla_wagner", "neurorl.agents.q_learning", "neurorl.agents.vanilla_rnn"),
    *("neurorl.tasks.bandit", "scipy.stats", "pyarrow.parquet", "h5netcdf", "rich.table", "tyro", "matplotlib.figure"),
    "matplotlib.backends.backend_agg",
)


def main() -> None:
    """Import, say so, and serve until standard input ends."""
    import matplotlib

    # In the background of a shell interrupts are ignored, and children inherit that; the commands here must hear them.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    matplotlib.use("agg")
    for module in MODULES:
        importlib.import_module(module)
    from jax._src import xla_bridge

    print(json.dumps({"ready": not xla_bridge.backends_are_initialized()}), flush=True)
    for line in sys.stdin:
        print(json.dumps(serve(json.loads(line))), flush=True)


def serve(asked: dict) -> dict:
    """Run one command in a child; how it ended, what it said, and what it changed."""
    began, runs = time.monotonic(), f"{asked['log']}.changes"
    child = os.fork()
    if not child:
        try:
            run(asked)
        except KeyboardInterrupt:  # the command had not begun to listen; Python ends in this way
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        finally:
            os._exit(1)  # never back into the loop of the parent
    code, killed, hung, ready = None, False, False, False
    while code is None:
        done, status = os.waitpid(child, os.WNOHANG)
        if not ready and os.path.exists(runs):
            began, ready = time.monotonic(), True  # seconds count from the start of the command
        spent = time.monotonic() - began
        if done:
            code = os.waitstatus_to_exitcode(status)
        elif ready and asked.get("after") is not None and spent > asked["after"] and not killed:
            os.kill(child, asked["signal"])
            killed = True
        elif spent > asked["limit"]:
            os.kill(child, signal.SIGKILL)
            hung = True
        time.sleep(0.001)
    answer = {"code": code, "hung": hung, "seconds": time.monotonic() - began}
    for name in ("out", "err", "changes"):
        with open(f"{asked['log']}.{name}", encoding="utf-8", errors="replace") as file:
            answer[name] = file.read()
    return answer


def run(asked: dict) -> None:
    """The child: the command as the shell would start it. Does not return."""
    # A shell starts what runs in the background with SIGINT ignored, and whoever inherits that keeps it so.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    signal.signal(signal.SIGTERM, signal.SIG_DFL)
    os.environ.update(asked.get("env", {}))
    for name in asked.get("without", ()):
        os.environ.pop(name, None)
    os.chdir(asked["cwd"])
    for number, name in ((1, "out"), (2, "err")):
        os.dup2(os.open(f"{asked['log']}.{name}", os.O_CREAT | os.O_WRONLY | os.O_TRUNC), number)
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    if asked.get("closed_output"):
        os.close(1)
        sys.stdout = None
    if asked.get("largest_file"):
        import jax

        jax.config.update("jax_persistent_cache_min_compile_time_secs", 1e9)  # no torn entries in the shared cache
        signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
        resource.setrlimit(resource.RLIMIT_FSIZE, (asked["largest_file"],) * 2)
    watch(asked, os.open(f"{asked['log']}.changes", os.O_CREAT | os.O_WRONLY | os.O_TRUNC))
    from neurorl.cli.main import main

    sys.argv = ["neurorl", *asked["argv"]]
    code = main()
    for stream in (sys.stdout, sys.stderr):
        if stream is not None:
            stream.flush()
    os._exit(code)


def watch(asked: dict, log: int) -> None:
    """Write every change below the folder to the log, and stop in front of the one that was asked for."""
    inside, count = os.path.join(os.path.realpath(asked["cwd"]), ""), [0]

    def hook(event: str, arguments: tuple) -> None:
        if event == "open":
            path, _, flags = arguments
            if not isinstance(flags, int) or not flags & (os.O_WRONLY | os.O_RDWR | os.O_CREAT):
                return
        elif event not in CHANGES:
            return
        path = arguments[1] if event == "os.rename" else arguments[0]
        if isinstance(path, int) or not os.path.abspath(os.fsdecode(path)).startswith(inside):
            return
        count[0] += 1
        os.write(log, f"{event} {os.path.abspath(os.fsdecode(path))[len(inside) :]}\n".encode())
        if count[0] == asked.get("at"):
            os.kill(os.getpid(), asked["signal"])

    sys.addaudithook(hook)


if __name__ == "__main__":
    main()
