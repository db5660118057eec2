"""Measures Meridian against stock Rasa and reports a table, a JSON file and a plot."""

from __future__ import annotations

import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer

from benchmarks import contest, machine, meridian, report, stock
from benchmarks.contest import Contest
from benchmarks.data import READERS, DataSet, drawn
from benchmarks.goals import rows
from benchmarks.messages import QUICK, Amount
from benchmarks.progress import out
from benchmarks.projects import Project, Trained, kept, trained, versions
from benchmarks.understanding import averaged, scored
from bot.learning.evaluation import WARNINGS, read_cases
from bot.problems import Problems
from bot.settings import ROOT, Settings

OWN_QUESTIONS = ROOT / "tests" / "data" / "questions.jsonl"
DRAWS = 3
QUICK_SIZE = 200  # test questions of each data set in a quick run
LONG = {"assistant": "30 to 60 min", "banking77": "10 to 20 min", "clinc150": "20 to 40 min"}

app = typer.Typer(add_completion=False, pretty_exceptions_enable=False)


class Part(StrEnum):
    """What stock Rasa is trained on."""

    ASSISTANT = "assistant"
    BANKING77 = "banking77"
    CLINC150 = "clinc150"


Datasets = Annotated[
    Path | None, typer.Option(help="Folder of BANKING77 and CLINC150; else datasets/ in MERIDIAN_SHARED.")
]


@app.callback(invoke_without_command=True)
def run(
    context: typer.Context,
    datasets: Datasets = None,
    questions: Annotated[
        Path | None, typer.Option(help="Visitors' questions as JSON lines; else those in MERIDIAN_SHARED.")
    ] = None,
    without_stock: Annotated[bool, typer.Option("--without-stock", help="Measure Meridian only.")] = False,
    quick: Annotated[
        bool,
        typer.Option("--quick", help="Few measurements; of stock Rasa only what has been trained before."),
    ] = False,
) -> None:
    """Measures Meridian against stock Rasa. Everything is made in var/bench; nothing comes from the network.

    The first run takes an hour or two, most of it stock Rasa's trainings, which are kept for the same data,
    configuration, versions and machine. Later runs take a fraction of it, and --quick takes minutes.
    """
    if context.invoked_subcommand:
        return
    settings = Settings()
    folder = settings.data / "bench"
    left_out: list[str] = []
    with _problems_told():
        results: dict[str, Any] = {
            "begun": time.strftime("%Y-%m-%d %H:%M"),
            "machine": machine.identity(),
            "versions": versions(),
            "commit": _commit(),
            "quick": quick,
        }
        model, seconds = meridian.train(settings, folder)
        path = questions or settings.shared / "questions" / "visitor_questions.jsonl"
        cases = read_cases(path) if questions or path.is_file() else []
        if not cases:
            left_out.append("visitors' questions, which are not there; name a file with --questions.")
        timed = [case.text for case in read_cases(OWN_QUESTIONS) if case.topic not in WARNINGS]
        rival = None if without_stock else _own_rival(settings, folder, quick, left_out)
        asked = Contest(cases, timed, QUICK if quick else Amount())
        results |= contest.run(settings, asked, model, rival)
        results["meridian"]["training_seconds"] = round(seconds, 1)
        if rival:
            results["stock"]["training_seconds"] = rival.seconds
        for name, data in _data_sets(settings, datasets, left_out).items():
            results["meridian"][name] = _ours(settings, folder, name, data, quick)
            if not without_stock and (theirs := _theirs(folder, name, data, quick, left_out)):
                results["stock"][name] = theirs
        results["left_out"] = left_out
        written = report.write(results, folder)
    out.print(report.table(rows(results)))
    for what in left_out:
        out.print(f"[yellow]•[/] Left out: {what}")
    out.print("Written: " + ", ".join(str(path.relative_to(Path.cwd(), walk_up=True)) for path in written))


@app.command("stock")
def train_stock(
    parts: Annotated[list[Part], typer.Argument(help="What to train it on.")],
    datasets: Datasets = None,
    again: Annotated[bool, typer.Option("--again", help="Also what has been trained before.")] = False,
) -> None:
    """Trains and scores stock Rasa only, and keeps the results for a later run."""
    settings = Settings()
    folder = settings.data / "bench"
    with _problems_told():
        for part in parts:
            if part is Part.ASSISTANT:
                model = trained(contest.stock_assistant(settings), folder, LONG[part], again)
                out.print(f"{part}: trained in {model.seconds} s")
                continue
            data = READERS[part](datasets or settings.shared / "datasets")
            model = trained(stock.classifier(part, drawn(data.train)), folder, LONG[part], again)
            out.print(f"{part}: trained in {model.seconds} s; {scored(model, data, None)}", markup=False)


def _own_rival(settings: Settings, folder: Path, quick: bool, left_out: list[str]) -> Trained | None:
    project = contest.stock_assistant(settings)
    return _stock_model(project, folder, "assistant", quick, left_out)


def _stock_model(
    project: Project, folder: Path, name: str, quick: bool, left_out: list[str]
) -> Trained | None:
    """In a quick run only what was trained before."""
    if not quick:
        return trained(project, folder, LONG[name])
    model = kept(project, folder)
    if model is None:
        left_out.append(f"stock Rasa, {name}: not trained yet; `python -m benchmarks stock {name}` does.")
    return model


def _ours(settings: Settings, folder: Path, name: str, data: DataSet, quick: bool) -> dict[str, Any]:
    scores = []
    for seed in range(1 if quick else DRAWS):
        project = meridian.classifier(settings, f"{name}-draw{seed}", drawn(data.train, seed=seed))
        scores.append(scored(trained(project, folder, "20 s"), data, QUICK_SIZE if quick else None))
    return averaged(scores)


def _theirs(
    folder: Path, name: str, data: DataSet, quick: bool, left_out: list[str]
) -> dict[str, Any] | None:
    model = _stock_model(stock.classifier(name, drawn(data.train)), folder, name, quick, left_out)
    return averaged([scored(model, data, QUICK_SIZE if quick else None)]) if model else None


def _data_sets(settings: Settings, folder: Path | None, left_out: list[str]) -> dict[str, DataSet]:
    """Those in the folder that was named, which must be there, or those beside the project, which may be."""
    if folder is None and not (settings.shared / "datasets").is_dir():
        left_out.append("BANKING77 and CLINC150, which are not there; name their folder with --datasets.")
        return {}
    return {name: reader(folder or settings.shared / "datasets") for name, reader in READERS.items()}


def _commit() -> str:
    told = subprocess.run(
        ["git", "describe", "--always", "--dirty"], cwd=ROOT, capture_output=True, text=True, check=False
    )
    return told.stdout.strip() or "unknown"


@contextmanager
def _problems_told() -> Iterator[None]:
    try:
        yield
    except Problems as error:
        for problem in error.problems:
            out.print(f"[bold red]{problem.code}[/] {problem.where}")
            out.print(f"     {problem.what}\n     {problem.remedy}", markup=False)
        raise typer.Exit(1) from None


if __name__ == "__main__":
    app()
