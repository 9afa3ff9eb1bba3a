from pathlib import Path

from bot.checks import Status
from bot.checks.models import check_model
from pipelines.components.encoder import SentenceEncoder


def test_the_encoder_that_ships_loads() -> None:
    finding = check_model("Encoder", SentenceEncoder().warm_up)
    assert finding.status is Status.OK
    assert finding.text.startswith("loads in ")


def test_a_model_that_is_not_there_fails(tmp_path: Path) -> None:
    finding = check_model("Encoder", SentenceEncoder(tmp_path).warm_up)
    assert finding.status is Status.FAILED
    assert str(tmp_path) in finding.text
