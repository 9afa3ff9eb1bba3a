import gzip
import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from typer.testing import CliRunner

from bot.cli import app
from bot.evaluating import with_reader
from bot.settings import ReaderSettings, Settings
from pipelines.errors import ConfigurationError, SourceError
from pipelines.models import READER_FOLDER

TALKS = "The peace talks in Oslo began on Monday. Foreign Minister Ana Lisko opened them with a short speech."
FLOOD = "The river Tarn flooded the village of Belo on Friday. Rescuers took 41 people to a school in Maren."
QUESTIONS = {
    TALKS: [
        {"id": "when", "question": "When did the peace talks begin?", "answers": ["Monday", "on Monday"]},
        {"id": "who", "question": "Who opened the talks?", "answers": ["Ana Lisko"]},
    ],
    FLOOD: [
        {"id": "many", "question": "How many people were taken to a school?", "answers": ["41", "41 people"]},
        {"id": "cost", "question": "Which company built the Oslo opera house?", "answers": []},
    ],
}


@pytest.fixture
def file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    data = [
        {
            "title": f"Article_{number}",
            "paragraphs": [{"context": context, "qas": [_marked(context, one) for one in questions]}],
        }
        for number, (context, questions) in enumerate(QUESTIONS.items())
    ]
    path = tmp_path / "questions.json.gz"
    path.write_bytes(gzip.compress(json.dumps({"data": data}).encode()))
    return path


def _marked(context: str, question: dict[str, object]) -> dict[str, object]:
    return {**question, "answers": [_answer(context, text) for text in question["answers"]]}


def _answer(context: str, text: str) -> dict[str, object]:
    return {"text": text, "answer_start": context.index(text)}


def _run(*arguments: object) -> str:
    result = CliRunner().invoke(app, ["eval", *map(str, arguments)], catch_exceptions=False)
    assert result.exit_code == 0, result.output
    return result.stdout


def test_the_reader_is_measured_on_each_questions_own_paragraph(file: Path, tmp_path: Path) -> None:
    found = json.loads(_run(file, "--no-abstain", "--json", "--predictions", tmp_path / "said.json"))
    said = json.loads((tmp_path / "said.json").read_text())
    assert said["when"] in {"Monday", "on Monday"}
    assert said["cost"], "the best span is given even where there is no answer"
    assert (found["mode"], found["total"], found["HasAns_total"], found["NoAns_exact"]) == ("reader", 4, 3, 0)
    assert found["HasAns_f1"] > 60
    assert "recall@1" not in found


def test_the_whole_pipeline_is_measured_on_all_the_paragraphs(file: Path, tmp_path: Path) -> None:
    found = json.loads(_run(file, "--mode", "open", "--json", "--errors", tmp_path / "wrong.html"))
    assert [found[f"recall@{depth}"] for depth in (1, 5, 10)] == [100, 100, 100]
    assert 0 < found["p50_ms"] <= found["p95_ms"]
    assert {"exact", "f1", "HasAns_f1", "NoAns_f1", "abstention", "expected_calibration_error"} <= found.keys()
    assert (tmp_path / "wrong.html").read_text().startswith("<!doctype html>")
    assert not (tmp_path / "data").exists(), "the person's own index is left alone"


def test_a_run_is_compared_with_another_and_shown_as_tables(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text(json.dumps(dict.fromkeys(("when", "who", "many", "cost"), "nonsense")))
    shown = _run(file, "--no-abstain", "--compare", other)
    for expected in ("with an answer", "how many", "This run less the other", "exact match", "95%"):
        assert expected in shown


@pytest.fixture
def dialogues(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    previous = {"question": "Who opened the talks?", "answer": _answer(TALKS, "Ana Lisko")}
    turns = [
        _marked(TALKS, {"id": "lean-1", "question": "how?", "answers": ["with a short speech"], "previous": previous}),
        _marked(TALKS, {"id": "alone-1", "question": "When did the talks begin?", "answers": ["Monday"]}),
    ]
    data = [{"paragraphs": [{"context": TALKS, "qas": turns}]}, {"paragraphs": [{"context": FLOOD, "qas": []}]}]
    path = tmp_path / "dialogues.json"
    path.write_text(json.dumps({"data": data}))
    return path


@pytest.mark.parametrize("mode", ["reader", "open"])
def test_a_follow_up_is_asked_after_what_was_answered_before_it(dialogues: Path, tmp_path: Path, mode: str) -> None:
    said = {}
    for previous in ("given", "accepted", "nothing"):
        path = tmp_path / f"{previous}.json"
        _run(dialogues, "--mode", mode, "--no-abstain", "--previous", previous, "--predictions", path)
        said[previous] = json.loads(path.read_text())
    assert said["given"]["lean-1"] == said["accepted"]["lean-1"] != said["nothing"]["lean-1"]
    assert len({answers["alone-1"] for answers in said.values()}) == 1


def test_only_the_questions_whose_id_fits_are_asked(dialogues: Path) -> None:
    assert json.loads(_run(dialogues, "--only", "alone", "--json"))["total"] == 1
    with pytest.raises(SourceError, match="no question with “other” in its id"):
        _run(dialogues, "--only", "other")


def test_another_reader_is_a_hub_model_or_a_folder(tmp_path: Path) -> None:
    settings = Settings(reader=ReaderSettings(answered=0.9, threads=3))
    hub = with_reader(settings, "hub:deepset/roberta-base-squad2").reader
    assert (hub.kind, hub.model, hub.answered, hub.threads) == ("transformers", "deepset/roberta-base-squad2", None, 3)
    folder = with_reader(settings, str(tmp_path)).reader
    assert (folder.kind, folder.model) == ("onnx", str(tmp_path))
    with pytest.raises(ConfigurationError, match="hub:NAME"):
        with_reader(settings, "nowhere")


@pytest.fixture
def hub_model(tmp_path: Path) -> Path:
    """A reader as the hub has them, in a folder: tiny, and of random weights."""
    reason = "the extra `hub` is not installed (pip install '.[hub]')"
    transformers = pytest.importorskip("transformers", reason=reason)
    pytest.importorskip("haystack_integrations.components.readers.transformers", reason=reason)
    tokenizer = transformers.PreTrainedTokenizerFast(
        tokenizer_file=str(READER_FOLDER / "tokenizer.json"),
        **{f"{name}_token": f"[{name.upper()}]" for name in ("pad", "unk", "cls", "sep", "mask")},
    )
    config = transformers.BertConfig(
        vocab_size=len(tokenizer), hidden_size=16, num_hidden_layers=1, num_attention_heads=1, intermediate_size=16
    )
    folder = tmp_path / "hub-model"
    transformers.BertForQuestionAnswering(config).save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


@pytest.mark.filterwarnings("default")
@pytest.mark.parametrize("mode", ["reader", "open"])
def test_a_hub_reader_is_measured_like_our_own(file: Path, tmp_path: Path, hub_model: Path, mode: str) -> None:
    said = tmp_path / "said.json"
    found = json.loads(
        _run(file, "--mode", mode, "--no-abstain", "--json", "--reader", f"hub:{hub_model}", "--predictions", said)
    )
    assert found["total"] == 4
    answers = json.loads(said.read_text())
    assert answers.keys() == {"when", "who", "many", "cost"}
    assert all(answer in TALKS or answer in FLOOD for answer in answers.values())


def test_without_the_extra_a_hub_reader_says_what_to_install(file: Path) -> None:
    if importlib.util.find_spec("transformers"):
        pytest.skip("the extra `hub` is installed")
    with pytest.raises(ConfigurationError, match="extra `hub`: pip install"):
        _run(file, "--reader", "hub:deepset/roberta-base-squad2")


def test_a_file_that_is_not_squad_is_one_line_and_exit_code_1(tmp_path: Path) -> None:
    path = tmp_path / "other.json"
    path.write_text('{"data": 3}')
    program = [sys.executable, "-m", "bot.cli", "eval", str(path)]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    result = subprocess.run(program, check=False, capture_output=True, text=True, env=environment, timeout=60)
    assert result.returncode == 1
    assert "other.json: is not a SQuAD v1 or v2 file" in result.stderr
    assert "Traceback" not in result.stderr


def test_predictions_of_another_file_are_refused_before_anything_is_asked(file: Path, tmp_path: Path) -> None:
    other = tmp_path / "other.json"
    other.write_text('{"somebody else\'s": "x"}')
    with pytest.raises(SourceError, match="no answer to 4 of the questions"):
        _run(file, "--compare", other)
