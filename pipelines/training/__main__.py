"""`python -m pipelines.training STEP`: from marked questions to the reader that ships."""

import argparse
import hashlib
import random
import sys
from pathlib import Path

from pipelines.errors import VerbatimError
from pipelines.models import READER_FOLDER
from pipelines.training.data import Example, read_held_out, read_qamr, read_squad, split_held_out
from pipelines.training.features import load_tokenizer

DATA = Path(__file__).parent / "data"
OWN = sorted(DATA.glob("*.json.gz"))
_PASSAGES = 36
"""Passages of a step of the reader, those with the answer and the wrong ones."""
_SCORED_TEXTS = 200
"""Texts of a file that an encoder is scored on, at most: scores on the way must be cheap."""


def main(arguments: list[str] | None = None) -> int:
    """Run one step.

    :param arguments: The command line; None: the process's own.
    :returns: The exit code.
    """
    options = _parser().parse_args(arguments)
    steps = {
        "fetch": _fetch,
        "mine": _mine,
        "reader": _reader,
        "mean": _mean,
        "encoder": _encoder,
        "export": _export,
        "measure": _measure,
        "calibrate": _calibrate,
        "passages": _passages,
        "fusion": _fusion,
    }
    try:
        steps[options.step](options)
    except VerbatimError as error:
        sys.stderr.write(f"{error}\n")
        return 1
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m pipelines.training", description=__doc__)
    steps = parser.add_subparsers(dest="step", required=True)
    own = argparse.ArgumentParser(add_help=False)
    own.add_argument("--own", type=Path, nargs="*", default=OWN, help="SQuAD-format files (default: the project's own)")
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument("--seed", type=int, default=7)
    common.add_argument("--threads", type=int, default=2)
    fetch = steps.add_parser("fetch", help="fetch the public sets, or check those that are there")
    fetch.add_argument("--out", type=Path, required=True, help="folder of the public sets")
    mine = steps.add_parser("mine", parents=[own, common], help="find wrong passages that look right, to train on")
    mine.add_argument("--out", type=Path, required=True, help="file of groups to write")
    mine.add_argument("--sampled", type=Path, nargs="*", default=[], help="SQuAD-format files to sample from")
    mine.add_argument("--sample", type=int, default=2600, help="questions of that sample")
    mine.add_argument("--qamr", type=Path, help="folder of QAMR")
    mine.add_argument("--qamr-questions", type=int, default=1, help="questions of each of its sentences")
    reader = steps.add_parser("reader", parents=[own, common], help="fine-tune a reader; run again to go on")
    reader.add_argument(
        "--base",
        type=Path,
        default=READER_FOLDER,
        help="transformers checkpoint with tokenizer.json, or int8 reader (default: the one that ships)",
    )
    reader.add_argument("--groups", type=Path, required=True, help="what `mine` wrote")
    reader.add_argument("--out", type=Path, required=True, help="folder for checkpoint, log and model")
    reader.add_argument("--dev", type=Path, help="SQuAD-format file to score on; never trained on")
    reader.add_argument("--steps", type=int, default=700)
    reader.add_argument("--rate", type=float, default=8e-5, help="peak learning rate")
    reader.add_argument("--negatives", type=int, default=2, help="wrong passages that are shown with the right one")
    mean = steps.add_parser("mean", help="average checkpoints of one model")
    mean.add_argument("--models", type=Path, nargs="+", required=True, help="checkpoints, as `reader` writes them")
    mean.add_argument("--out", type=Path, required=True, help="folder for the mean")
    encoder = steps.add_parser("encoder", parents=[own, common], help="fine-tune the encoder; run again to go on")
    encoder.add_argument("--base", type=Path, required=True, help="transformers checkpoint with tokenizer.json")
    encoder.add_argument("--sampled", type=Path, nargs="*", default=[], help="more SQuAD-format files to train on")
    encoder.add_argument("--scored", type=Path, nargs="*", default=[], help="SQuAD-format files only to score on")
    encoder.add_argument("--out", type=Path, required=True, help="folder for checkpoint, log and model")
    encoder.add_argument("--steps", type=int, default=200)
    export = steps.add_parser(
        "export", parents=[own], help="write a trained reader or encoder as ONNX, int8 if not told otherwise"
    )
    export.add_argument("--model", type=Path, required=True, help="a checkpoint, as `reader` or `encoder` writes it")
    export.add_argument("--out", type=Path, required=True, help="folder for model.onnx and tokenizer.json")
    export.add_argument("--float", action="store_true", help="float32, to compare with")
    measure = steps.add_parser("measure", help="score an ONNX reader in the right article and among many")
    measure.add_argument("--model", type=Path, default=READER_FOLDER, help="folder with model.onnx and tokenizer.json")
    measure.add_argument("--threads", type=int, default=2)
    measure.add_argument("--held-out", action="store_true", help="read only the held-out articles of the files")
    measure.add_argument("files", type=Path, nargs="+", help="SQuAD-format files, measured as one set")
    fit = steps.add_parser("calibrate", help="fit the product's confidence to a reader; writes calibration.json")
    fit.add_argument("--reader", type=Path, default=READER_FOLDER, help="folder of the ONNX reader")
    fit.add_argument("--held-out", type=Path, nargs="*", default=[], help="files whose held-out articles are asked too")
    fit.add_argument("--apart", type=Path, nargs="*", default=[], help="files to measure on, without fitting on them")
    fit.add_argument("files", type=Path, nargs="+", help="SQuAD-format files, each an archive of its own")
    fit.add_argument("--out", type=Path, default=READER_FOLDER / "calibration.json")
    fit.add_argument("--plot", type=Path, help="reliability diagram to write")
    _add_sweep(steps)
    return parser


def _add_sweep(steps: "argparse._SubParsersAction[argparse.ArgumentParser]") -> None:
    sweep = steps.add_parser("passages", help="measure lengths of passages and numbers of them to read")
    sweep.add_argument(
        "--reader", type=Path, default=READER_FOLDER, help="folder of the ONNX reader and its calibration"
    )
    sweep.add_argument("--words", type=int, nargs="+", default=[70, 90, 120], help="lengths, in words")
    sweep.add_argument("--read", type=int, nargs="+", default=[4, 6, 8, 10], help="numbers of passages read")
    sweep.add_argument(
        "--held-out", type=Path, nargs="*", default=[], help="files whose held-out articles are asked too"
    )
    sweep.add_argument("--threads", type=int, default=2)
    sweep.add_argument("--plot", type=Path, help="curves to write")
    sweep.add_argument("files", type=Path, nargs="+", help="SQuAD-format files, measured as one set")

    weigh = steps.add_parser("fusion", help="measure the weights of the keyword and the vector index")
    weigh.add_argument("--threads", type=int, default=2)
    weigh.add_argument("--plot", type=Path, help="curves to write")
    weigh.add_argument("files", type=Path, nargs="+", help="SQuAD-format files, measured as one set")


def _fetch(options: argparse.Namespace) -> None:
    from pipelines.training.public import fetch

    fetch(options.out)


def _mine(options: argparse.Namespace) -> None:
    from pipelines.components.encoder import SentenceEncoder
    from pipelines.training.mining import Plan, Pool, mine
    from pipelines.training.turns import FOLLOW_UPS, follow_ups

    rng = random.Random(options.seed)
    examples = _trained_on(options.own)
    more = [example for path in options.sampled for example in _all(path)]
    examples += rng.sample(more, min(options.sample, len(more)))
    if options.qamr is not None:
        examples += read_qamr(options.qamr, options.qamr_questions, rng)
    examples += follow_ups(examples, FOLLOW_UPS, rng)
    pool = Pool(dict.fromkeys(one.context for one in examples), SentenceEncoder(threads=options.threads), rng)
    mine(examples, pool, Plan(seed=options.seed), options.out)


def _reader(options: argparse.Namespace) -> None:
    import torch

    from pipelines.training import plots
    from pipelines.training.groups import read_groups
    from pipelines.training.loop import Plan
    from pipelines.training.mixture import Mixture
    from pipelines.training.reader import train_reader
    from pipelines.training.run import Schedule
    from pipelines.training.state import LOG

    torch.set_num_threads(1)
    asked = {"held_out": read_held_out(tuple(options.own)), "dev": _all(options.dev) if options.dev else []}
    # Files of a few articles hold none out.
    scored = {name: examples for name, examples in asked.items() if examples}
    schedule = Schedule(options.steps, options.rate, warmup=0.06, averaging=0.99, base_share=0.0, seed=options.seed)
    mixture = Mixture(negatives=options.negatives)
    plan = Plan(schedule, questions=_PASSAGES // (1 + mixture.negatives), threads=options.threads)
    groups = read_groups(options.groups)
    train_reader(options.base, options.out, groups, scored=scored, mixture=mixture, plan=plan)
    plots.training(options.out / LOG, "f1", options.out / "training.png")


def _mean(options: argparse.Namespace) -> None:
    from pipelines.training.mean import mean_of

    mean_of(options.models, options.out)


def _encoder(options: argparse.Namespace) -> None:
    import torch

    from pipelines.components.splitter import PASSAGE_WORDS
    from pipelines.training import plots
    from pipelines.training.encoder import EncoderPlan, train_encoder
    from pipelines.training.pairs import pair
    from pipelines.training.run import Schedule
    from pipelines.training.state import LOG

    torch.set_num_threads(options.threads)
    more = [example for path in options.sampled for example in _all(path)]
    scored = {"held_out": pair(read_held_out(tuple(options.own)), PASSAGE_WORDS)}
    for path in options.scored:
        texts = pair(_all(path), PASSAGE_WORDS)
        drawn = random.Random(options.seed).sample(texts, min(_SCORED_TEXTS, len(texts)))
        scored[path.name.partition(".")[0]] = drawn
    schedule = Schedule(
        options.steps, rate=3e-5, warmup=0.1, averaging=0.95, base_share=0.5, seed=options.seed, score_every=25
    )
    plan = EncoderPlan(schedule)
    train_encoder(options.base, pair(_trained_on(options.own) + more, PASSAGE_WORDS), scored, plan, options.out)
    plots.training(options.out / LOG, "recall_at_1", options.out / "training.png")


def _export(options: argparse.Namespace) -> None:
    from pipelines.training.export import export, milliseconds

    export(options.model, options.out, _trained_on(options.own), quantised=not options.float)
    graph = options.out / "model.onnx"
    taken = milliseconds(graph, 2, 163, 25)
    digest = hashlib.sha256(graph.read_bytes()).hexdigest()
    sys.stdout.write(f"{graph}: {graph.stat().st_size / 1e6:.1f} MB, {taken:.1f} ms for 163 tokens, {digest}\n")


def _measure(options: argparse.Namespace) -> None:
    from pipelines.components.encoder import SentenceEncoder
    from pipelines.training.export import open_graph
    from pipelines.training.measure import figures, read_all

    files = tuple(options.files)
    examples = read_held_out(files) if options.held_out else [one for path in files for one in _all(path)]
    forward = open_graph(options.model / "model.onnx", options.threads)
    tokenizer = load_tokenizer(options.model / "tokenizer.json")
    found = figures(read_all(forward, tokenizer, examples, SentenceEncoder(threads=options.threads)))
    sys.stdout.writelines(f"{name} {value:.3f}\n" for name, value in found.items())


def _calibrate(options: argparse.Namespace) -> None:
    from pipelines.training.selection import calibrate

    calibrate(options)


def _passages(options: argparse.Namespace) -> None:
    from pipelines.training.lengths import passages

    passages(options)


def _fusion(options: argparse.Namespace) -> None:
    from pipelines.training.fusion import fusion

    fusion(options)


def _trained_on(paths: list[Path]) -> list[Example]:
    return [example for path in paths for example in split_held_out(read_squad(path))[0]]


def _all(path: Path) -> list[Example]:
    return [example for article in read_squad(path) for example in article]


if __name__ == "__main__":
    sys.exit(main())
