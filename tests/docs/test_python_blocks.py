"""Every Python block of the README and the docs runs as it stands, in a fresh folder, page by page.

A block is what a reader pastes into a session, so no block has hidden preparation. Where a page reads files of the
reader's own, this test puts such files there first.
"""

from pathlib import Path

import pytest
from sybil import Sybil
from sybil.parsers.markdown import PythonCodeBlockParser

ROOT = Path(__file__).parents[2]
ALL = (ROOT / "README.md", *(ROOT / "docs").rglob("*.md"), *(ROOT / "neurorl").rglob("page.md"))
PAGES = sorted(page for page in ALL if "```python" in page.read_text(encoding="utf-8"))
SYBIL = Sybil(parsers=[PythonCodeBlockParser()], pattern="*.md")


def test_every_block_that_looks_like_python_is_marked_as_such():
    """A block without a language or with another spelling would never be run."""
    fences = [
        (page.name, line)
        for page in ALL
        for line in page.read_text(encoding="utf-8").splitlines()
        if line.lstrip().startswith("```") and line.strip() not in ("```", "```python")
    ]
    assert not fences, f"write ```python, or indent what is not Python: {fences}"


@pytest.mark.parametrize("page", PAGES, ids=lambda page: f"{page.parent.name}/{page.stem}")
def test_blocks_run(page, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("NEURORL_CACHE", str(tmp_path / "cache"))
    FILES.get(page.stem, lambda: None)()
    document = SYBIL.parse(page)
    examples = list(document)
    assert len(examples) == page.read_text(encoding="utf-8").count("```python")
    for example in examples:
        example.evaluate()


def _trials_and_regressors() -> None:
    """Files for the page on formats: trials as a laboratory has them, and regressors of its sessions."""
    Path("trials.txt").write_text("subjID\ttrial\tchoice\toutcome\n1\t1\t1\t1\n1\t2\t2\t0\n1\t3\t2\t1\n")
    Path("regressors.csv").write_text(
        "subject,session,trial,step,rpe\n" + "".join(f"1,0,{t},0,0.5\n" for t in range(3))
    )
    import neurorl

    Path("timed.csv").write_text(
        "subject,session,trial,choice,reward,goCue_start_time\n" + "".join(f"1,0,{t},0,1,{t}.5\n" for t in range(3))
    )
    neurorl.data.write(neurorl.data.read("timed.csv", task="reversal"), "session.nwb", "nwb")
    Path("sessions").mkdir()
    Path("sessions/one.nwb").write_bytes(Path("session.nwb").read_bytes())
    Path("sub-1_task-x_events.tsv").write_text(
        "onset\tduration\ttrial_type\ttrial\n" + "".join(f"{t}.5\t0\tfeedback\t{t}\n" for t in range(3))
    )


def _a_network_of_ones_own() -> None:
    """Files for the page on networks: an agent's file, and a network of it as `neurorl train --keep` writes it."""
    import jax

    import neurorl
    from neurorl.agents import gru
    from neurorl.core.fitted import Fitted
    from neurorl.core.study import Network
    from neurorl.zoo import write_zoo

    Path("my_agent.py").write_text(Path(gru.__file__).read_text(encoding="utf-8"), encoding="utf-8")
    network = Network("mine", "bandit", "my_agent.py", neurorl.TrainConfig(replicas=1))
    agent = neurorl.load_agent("my_agent.py").for_spaces(neurorl.load_task("bandit").spaces)
    params = jax.tree.map(lambda leaf: leaf[None], agent.params(jax.random.key(0)))
    write_zoo(Path("mine.npz"), network, Fitted(params, curve={}), seed=0)


FILES = {"formats": _trials_and_regressors, "networks": _a_network_of_ones_own}
