"""The examples of the docs run as they stand, but for their size."""

import runpy
from pathlib import Path

from neurorl.data import read_recording

EXAMPLE = Path(__file__).parents[2] / "docs" / "examples" / "own_task.py"


def test_a_task_of_ones_own_is_trained_recorded_probed_and_lesioned(tmp_path, monkeypatch, capsys):
    text = EXAMPLE.read_text(encoding="utf-8")
    assert text.count("\n") <= 60
    small = text.replace("16_000, 200, 100", "8, 12, 20").replace("replicas=2)", "replicas=2, parallel=4, chunk=2)")
    assert small.count("8, 12, 20") == 1 and "chunk=2" in small
    (tmp_path / "own_task.py").write_text(small, encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    runpy.run_path("own_task.py", run_name="__main__")
    said = capsys.readouterr().out
    assert "accuracy" in said and all(f"{name}: 0." in said for name in ("whole", "value units", "other units"))
    assert read_recording("fields.nc")["latent_h"].dims == ("replica", "session", "step", "h_unit")
