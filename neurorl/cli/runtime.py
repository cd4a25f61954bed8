"""JAX, made ready before its first use: a persistent compilation cache, and one CPU device a core."""

import os
from contextlib import suppress

from neurorl.core.errors import BadValue


def prepare() -> None:
    """Set up JAX; does nothing that was already decided by the environment or by earlier use.

    Compiled programs are kept in `NEURORL_CACHE`/xla (`~/.cache/neurorl/xla`), so that a command compiles once.
    Every core is a device of its own, so that replicas and fits are shared out over cores; `NEURORL_DEVICES` sets
    another number.
    """
    import jax

    from neurorl.report.cache import cache_folder

    if not jax.config.values["jax_compilation_cache_dir"]:
        folder = cache_folder()
        if folder is not None:
            jax.config.update("jax_compilation_cache_dir", str(folder / "xla"))
            jax.config.update("jax_persistent_cache_min_compile_time_secs", 0.5)
    already = "JAX_NUM_CPU_DEVICES" in os.environ or "host_platform_device_count" in os.environ.get("XLA_FLAGS", "")
    if already:
        return
    with suppress(RuntimeError):  # JAX is in use already and keeps the devices it has
        jax.config.update("jax_num_cpu_devices", _devices())


def _devices() -> int:
    text = os.environ.get("NEURORL_DEVICES") or str(os.cpu_count() or 1)
    if not text.isdigit() or int(text) < 1:
        raise BadValue(f"NEURORL_DEVICES={text} is not understood; give a whole number of CPU devices, 1 or more.")
    return int(text)
