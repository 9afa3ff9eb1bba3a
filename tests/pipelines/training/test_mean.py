from pathlib import Path

import pytest

pytest.importorskip("torch", reason="needs the extra `train`")

import torch
from safetensors.torch import load_file, save_file

from pipelines.errors import SourceError
from pipelines.training.mean import mean_of


def checkpoint(folder: Path, *values: float) -> Path:
    folder.mkdir()
    save_file({"weight": torch.tensor(values)}, folder / "model.safetensors")
    (folder / "config.json").write_text(folder.name, encoding="utf-8")
    return folder


def test_the_mean_lies_between_its_checkpoints_and_keeps_their_configuration(tmp_path: Path) -> None:
    mean_of([checkpoint(tmp_path / "a", 1.0, 2.0), checkpoint(tmp_path / "b", 3.0, -2.0)], tmp_path / "mean")

    assert load_file(tmp_path / "mean/model.safetensors")["weight"].tolist() == [2.0, 0.0]
    assert (tmp_path / "mean/config.json").read_text(encoding="utf-8") == "a"


def test_checkpoints_of_other_shapes_are_refused(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="do not have the shapes"):
        mean_of([checkpoint(tmp_path / "a", 1.0, 2.0), checkpoint(tmp_path / "b", 3.0)], tmp_path / "mean")


def test_a_folder_without_weights_is_named(tmp_path: Path) -> None:
    with pytest.raises(SourceError, match=r"model\.safetensors: is not there"):
        mean_of([tmp_path], tmp_path / "mean")
