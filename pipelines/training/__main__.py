"""`python -m pipelines.training reader|encoder|export|calibrate`: from marked questions to the shipped models."""

import argparse
import hashlib
import sys
import time
from pathlib import Path

from pipelines.errors import ConfigurationError, VerbatimError
from pipelines.training import calibrate
from pipelines.training.data import read_held_out, read_squad
from pipelines.training.features import load_tokenizer

DATA = Path(__file__).parent / "data"


def main(arguments: list[str] | None = None) -> int:
    """Run one step.

    :param arguments: The command line; None: the process's own.
    :returns: The exit code.
    """
    options = _parser().parse_args(arguments)
    steps = {"reader": _reader, "encoder": _encoder, "export": _export, "calibrate": _calibrate}
    try:
        steps[options.step](options)
    except VerbatimError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.training", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    reader = steps.add_parser("reader", help="fine-tune a reader; run again to go on from the last checkpoint")
    reader.add_argument("--base", type=Path, required=True, help="transformers checkpoint with tokenizer.json")
    reader.add_argument("--out", type=Path, required=True, help="folder for checkpoint, log and model")
    reader.add_argument(
        "--own", type=Path, nargs="*", default=sorted(DATA.glob("*.json.gz")), help="SQuAD-format files"
    )
    reader.add_argument("--replay", type=Path, nargs="*", default=[], help="SQuAD-format files to sample from")
    reader.add_argument("--replay-questions", type=int, default=4000, help="questions of that sample an epoch")
    reader.add_argument("--qamr", type=Path, help="folder of QAMR")
    reader.add_argument("--qamr-questions", type=int, default=2, help="questions of each of its sentences")
    reader.add_argument("--dev", type=Path, help="SQuAD-format file to score on; never trained on")
    reader.add_argument("--steps", type=int, default=790)
    reader.add_argument("--rate", type=float, default=1e-4, help="peak learning rate")
    reader.add_argument("--seed", type=int, default=7)
    reader.add_argument("--threads", type=int, default=2)
    steps.add_parser("encoder", help="not trained: says which encoder ships and why")
    export = steps.add_parser("export", help="write a trained reader as int8 ONNX")
    export.add_argument("--model", type=Path, required=True, help="a checkpoint, as `reader` writes it")
    export.add_argument("--out", type=Path, required=True, help="folder for model.onnx and tokenizer.json")
    export.add_argument("--scheme", choices=["blocks", "dynamic"], default="blocks")
    fit = steps.add_parser("calibrate", help="fit confidence and thresholds; writes calibration.json")
    fit.add_argument("--model", type=Path, required=True, help="folder with model.onnx and tokenizer.json")
    fit.add_argument(
        "--fit", type=Path, nargs="*", default=sorted(DATA.glob("*.json.gz")), help="held-out part is used"
    )
    fit.add_argument("--dev", type=Path, required=True, help="SQuAD-format file to choose thresholds and measure on")
    fit.add_argument("--plot", type=Path, help="reliability diagram to write")
    fit.add_argument("--threads", type=int, default=2)
    return parser


def _reader(options: argparse.Namespace) -> None:
    import torch

    from pipelines.training import plots
    from pipelines.training.loop import LOG, Plan
    from pipelines.training.reader import Sources, train_reader

    torch.set_num_threads(options.threads)
    sources = Sources(
        tuple(options.own), tuple(options.replay), options.replay_questions, options.qamr, options.qamr_questions
    )
    plan = Plan(steps=options.steps, rate=options.rate, seed=options.seed)
    train_reader(options.base, sources, plan, options.out, options.dev)
    plots.training(options.out / LOG, options.out / "training.png")


def _encoder(_: argparse.Namespace) -> None:
    message = "The encoder is all-MiniLM-L6-v2 as published: it was not trained further (see docs/models.md)."
    raise ConfigurationError(message)


def _export(options: argparse.Namespace) -> None:
    from pipelines.training.export import Scheme, export_reader, milliseconds, open_graph

    scheme = Scheme(options.scheme)
    export_reader(options.model, options.out, scheme)
    graph = options.out / "model.onnx"
    taken = milliseconds(open_graph(graph, 2), 163, 25, time.perf_counter)
    sys.stdout.write(f"{graph}: {graph.stat().st_size / 1e6:.1f} MB, {taken:.1f} ms for 163 tokens, {_sha256(graph)}\n")


def _calibrate(options: argparse.Namespace) -> None:
    from pipelines.training import plots
    from pipelines.training.export import open_graph

    graph = options.model / "model.onnx"
    forward = open_graph(graph, options.threads)
    tokenizer = load_tokenizer(options.model / "tokenizer.json")
    fitted = read_held_out(tuple(options.fit))
    dev = [example for article in read_squad(options.dev) for example in article]
    seen = calibrate.outcomes(fitted, calibrate.ask_all(forward, tokenizer, fitted))
    measured = calibrate.outcomes(dev, calibrate.ask_all(forward, tokenizer, dev))
    curve = calibrate.choose(calibrate.fit(seen), measured, refuse_unsure=0.8, refuse_answered=0.9)
    confidence = curve.confidence(measured.margins)
    figures = {"ece": calibrate.expected_error(confidence, measured.right), **calibrate.refusals(curve, measured)}
    fitted_on = (
        f"curve: {len(fitted)} held-out questions, thresholds and figures: {options.dev.stem}, {len(dev)} questions; "
        f"best span of the {calibrate.PASSAGES_READ} nearest passages"
    )
    path = options.model / "calibration.json"
    calibrate.write(path, curve, model_sha256=_sha256(graph), fitted_on=fitted_on, figures=figures)
    sys.stdout.write(path.read_text(encoding="utf-8"))
    if options.plot:
        plots.reliability(curve, measured, options.plot)


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


if __name__ == "__main__":
    sys.exit(main())
