"""`python -m pipelines.training mean`: the mean of the weights of several checkpoints of one model."""

import shutil
from collections.abc import Sequence
from pathlib import Path

from safetensors.torch import load_file, save_file

from pipelines.errors import SourceError

_WEIGHTS = "model.safetensors"


def mean_of(models: Sequence[Path], out: Path) -> None:
    """Write the mean of checkpoints that were trained from the same one (model soup; Wortsman et al., 2022).

    :param models: Folders, as `reader` writes them, at least one; the first one's other files go with the mean.
    :param out: The folder to write.
    :raises SourceError: If a folder holds no weights, or those of another shape.
    """
    paths = [folder / _WEIGHTS for folder in models]
    for path in paths:
        if not path.exists():
            raise SourceError(str(path), "is not there; name folders as `reader` writes them")
    weights = [load_file(path) for path in paths]
    shapes = [{name: tensor.shape for name, tensor in one.items()} for one in weights]
    for path, shape in zip(paths, shapes, strict=True):
        if shape != shapes[0]:
            raise SourceError(str(path), f"its weights do not have the shapes of those in {paths[0]}")
    mean = {name: (sum(one[name] for one in weights) / len(weights)).contiguous() for name in weights[0]}
    out.mkdir(parents=True, exist_ok=True)
    for other in models[0].iterdir():
        if other.is_file() and other.name != _WEIGHTS:
            shutil.copy(other, out / other.name)
    save_file(mean, out / _WEIGHTS, {"format": "pt"})
