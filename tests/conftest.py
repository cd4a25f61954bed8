"""What every test shares: a compilation cache kept between runs, two host devices, a key."""

import gc
import os
import signal
from collections.abc import Iterator
from pathlib import Path

# Set before JAX is imported: compiled programs are read back by the next test run.
_cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "neurorl" / "jax-tests"
os.environ.setdefault("JAX_COMPILATION_CACHE_DIR", str(_cache))
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_COMPILE_TIME_SECS", "0")
os.environ.setdefault("JAX_PERSISTENT_CACHE_MIN_ENTRY_SIZE_BYTES", "-1")

import jax  # noqa: E402
import pytest  # noqa: E402

# Sharding over devices is tested on any machine by splitting the host into two.
jax.config.update("jax_num_cpu_devices", 2)


def pytest_configure(config: pytest.Config) -> None:
    if signal.getsignal(signal.SIGINT) is signal.SIG_IGN:  # as under nohup; tests of interrupts need the usual handler
        signal.signal(signal.SIGINT, signal.default_int_handler)
    config.addinivalue_line("markers", "slow: the slow tier, which `make slow` runs and `make test` leaves out")
    # A damaged or busy cache costs time and says nothing about the code under test.
    config.addinivalue_line("filterwarnings", "ignore:Error (reading|writing) persistent compilation cache")


MOST_MAPS = 15_000  # a process may hold 65,530 memory maps on Linux; every compiled program takes several


@pytest.fixture(autouse=True, scope="module")
def _compiled_programs_are_let_go() -> Iterator[None]:
    """One process runs some thousand tests: what it compiled is dropped before the system refuses more memory maps."""
    yield
    maps = Path("/proc/self/maps")
    if maps.exists() and maps.read_bytes().count(b"\n") > MOST_MAPS:
        jax.clear_caches()
        gc.collect()


@pytest.fixture
def key() -> jax.Array:
    """A JAX random key, the same in every test."""
    return jax.random.key(0)
