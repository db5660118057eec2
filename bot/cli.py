"""The command line `./meridian`."""

from __future__ import annotations

import asyncio
import json
import os
import statistics
from collections.abc import Iterable, Iterator
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import Annotated, Any

import httpx
import typer
import uvicorn
from rich.console import Console
from rich.progress import track
from rich.table import Table

from bot import logs
from bot.actions.server import actions_app
from bot.booking.appointments import Bookings
from bot.booking.callbacks import mark_handled, open_requests
from bot.booking.desk import Desk
from bot.booking.links import Links
from bot.booking.own_calendars import OwnCalendars
from bot.booking.post import Post
from bot.booking.seed import take_over
from bot.booking.tables import Way
from bot.booking.wording import span_words
from bot.database import Database, now
from bot.doctor import check_ports, examine
from bot.knowledge import review, transfer
from bot.knowledge.articles import ARTICLES, SOURCES, read_articles
from bot.knowledge.clinic import Clinic
from bot.knowledge.store import KnowledgeBase
from bot.knowledge.topics import rasa_files
from bot.learning import evaluation, misspelling
from bot.learning.evaluation import Case, Outcome
from bot.learning.readings import Model, read_readings
from bot.learning.review import waiting
from bot.problems import Problems
from bot.safety.patterns import load_patterns
from bot.scratch import scratch_stack
from bot.settings import Settings
from bot.setup import check_files, make_database, make_encoder, make_language, prepare
from bot.setup import train as train_model
from bot.supervisor import Supervisor, services
from bot.visitor import Visitor, client
from bot.yaml_files import read_as

app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=__doc__)
knowledge_app = typer.Typer(no_args_is_help=True, help="Articles and the clinic's facts.")
app.add_typer(knowledge_app, name="knowledge")

out = Console(highlight=False, soft_wrap=True)
err = Console(stderr=True, highlight=False, soft_wrap=True)


def _say(what: str) -> None:
    out.print(f"[green]•[/] {what}")


@contextmanager
def _problems_told() -> Iterator[None]:
    """Tells problems one by one and ends with status 1."""
    try:
        yield
    except Problems as error:
        for problem in error.problems:
            err.print(f"[bold red]{problem.code}[/] {problem.where}", markup=True)
            err.print(f"     {problem.what}\n     {problem.remedy}", markup=False)
        raise typer.Exit(1) from None


@contextmanager
def _database(settings: Settings) -> Iterator[Database]:
    database = Database(settings.database)
    try:
        database.migrate()
        yield database
    finally:
        database.dispose()


@app.command()
def up() -> None:
    """Sets everything up, trains a model when there is none, and serves the assistant."""
    settings = Settings()
    logs.configure()
    with _problems_told():
        check_ports(settings)
        prepare(settings, _say)
        _say("Starting the app and the language engine")

        def ready() -> None:
            out.print(
                f"\n[bold]Meridian is ready:[/] http://{settings.host}:{settings.port}/   (Ctrl+C stops it)\n"
            )

        asyncio.run(Supervisor(services(settings), settings).run(ready))


@app.command()
def train() -> None:
    """Trains a model from bot/data; it is served from the next start."""
    settings = Settings()
    with _problems_told():
        check_files(settings)
        make_encoder(settings, _say)
        make_language(settings, _say)
        path = train_model(settings, _say)
    _say(f"Trained {path.relative_to(settings.home)}")


@app.command()
def setup() -> None:
    """Does all that `up` does before it serves."""
    with _problems_told():
        prepare(Settings(), _say)
    _say("Everything is ready to serve")


@app.command()
def ask(text: str) -> None:
    """Asks the running assistant, or one started for this question alone."""
    settings = Settings()
    url = f"http://127.0.0.1:{settings.port}"
    try:
        running = httpx.get(f"{url}/readyz", timeout=2, trust_env=False).status_code == httpx.codes.OK
    except httpx.HTTPError:
        running = False
    if running:
        _ask(url, text)
        return
    with _problems_told():
        prepare(settings, _say)
    with _problems_told(), err.status("Starting the assistant"), scratch_stack() as stack:
        _ask(stack.url, text)


def _ask(url: str, text: str) -> None:
    with client(url) as http:
        try:
            replies = Visitor(http).ask(text)
        except httpx.HTTPStatusError as error:
            err.print(error.response.json()["detail"], markup=False)
            raise typer.Exit(1) from None
    for reply in replies:
        out.print(f"\n{reply['text']}", markup=False)
        out.print(f"[dim]{' · '.join(_provenance(reply))}[/]")


def _provenance(reply: dict[str, Any]) -> Iterator[str]:
    yield reply["disposition"]
    if reply["topic"]:
        yield reply["topic"]
    if reply["confidence"] is not None:
        yield f"confidence {reply['confidence']:.2f}"
    if answer := reply["answer"]:
        yield f"evidence {answer['evidence']}"
        yield from (source["title"] for source in answer["sources"])


@app.command()
def evaluate(
    file: Annotated[Path, typer.Argument(help="JSON lines of {text, topic, accept?}.")],
    json_out: Annotated[
        Path | None,
        typer.Option("--json", help="Write the outcomes here, one a line; otherwise to standard output."),
    ] = None,
    report_out: Annotated[
        Path | None,
        typer.Option(
            "--report",
            help="Write the report here. Otherwise beside the outcomes (OUT.html), "
            "or in var/evaluation/, where the next run on the same file replaces it.",
        ),
    ] = None,
    misspelt: Annotated[
        bool, typer.Option("--misspelt", help="Ask each again misspelt, and report which answers change.")
    ] = False,
) -> None:
    """Asks every question of a file in a scratch stack; counts what was right, wrong and refused.

    Writes a report to read in a browser, and the summary as JSON beside it (.summary.json).
    """
    settings = Settings()
    # Beside the other state, not in the home folder of whoever runs this.
    os.environ.setdefault("MPLCONFIGDIR", str(settings.data / "matplotlib"))
    report_path = report_out or (
        json_out.with_suffix(".html") if json_out else settings.data / "evaluation" / f"{file.stem}.html"
    )
    with _problems_told():
        cases = evaluation.read_cases(file)
        prepare(settings, err.print)
    live = settings.live_model
    assert live is not None, "preparing trains a model where there is none"
    with _problems_told(), ExitStack() as running:
        with err.status("Starting a scratch stack"):
            stack = running.enter_context(scratch_stack(model=live.name))
        outcomes = list(_asked(stack.url, cases, "Asking"))
        slips = list(_asked(stack.url, map(misspelling.misspelt, cases), "Misspelt")) if misspelt else []
        with _database(stack.settings) as database:
            found = read_readings(database, [*outcomes, *slips])
    lines = "".join(f"{outcome.line()}\n" for outcome in outcomes)
    if json_out:
        json_out.parent.mkdir(parents=True, exist_ok=True)
        json_out.write_text(lines, encoding="utf-8")
    else:
        out.print(lines, end="", markup=False)
    with err.status("Writing the report"):
        from bot.learning import report  # noqa: PLC0415  # drawing takes a second that no other command owes

        run = report.Evaluation(
            file=file.name,
            at=now(),
            model=Model.of(live),
            outcomes=outcomes,
            readings=found,
            misspelt=misspelling.pairs(outcomes, slips) if misspelt else (),
        )
        values = run.values()
        summary_path = (json_out or report_path).with_suffix(".summary.json")
        for path, content in (
            (report_path, report.render(run)),
            (summary_path, json.dumps(values, indent=2) + "\n"),
        ):
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(content, encoding="utf-8")
    evaluation.report(values, lambda line: err.print(line, markup=False))
    for outcome in outcomes:
        if not outcome.right and json_out:
            got = ", ".join(outcome.topics) or outcome.disposition
            err.print(
                f"  {evaluation.verdict(outcome):7} {outcome.text!r} -> {got}, not {outcome.expected}",
                markup=False,
            )
    err.print(f"report   {report_path}", markup=False)
    err.print(f"summary  {summary_path}", markup=False)


def _asked(url: str, cases: Iterable[Case], what: str) -> Iterator[Outcome]:
    cases = list(cases)
    asked = evaluation.evaluate(url, cases)
    yield from track(asked, what, total=len(cases), console=err, transient=True)


@app.command()
def doctor() -> None:
    """Looks for everything that keeps Meridian from running, and says how to mend it."""
    settings = Settings()
    _say(f"Warning screen: version {load_patterns().version}")
    with err.status("Looking") as status:
        found = examine(settings, lambda name: status.update(f"Looking at: {name}"))
    for problem in found:
        out.print(f"[bold red]{problem.code}[/] {problem.where}")
        out.print(f"     {problem.what}\n     {problem.remedy}", markup=False)
    if found:
        raise typer.Exit(1)
    _say("No problems found")


@app.command()
def topics(
    check: Annotated[bool, typer.Option("--check", help="Only say whether the files are in step.")] = False,
) -> None:
    """Writes the intents and rules that follow from the topics into Rasa's files."""
    stale = []
    for path, content in rasa_files(Settings().home).items():
        if not path.exists() or path.read_text(encoding="utf-8") != content:
            stale.append(path)
            if not check:
                path.write_text(content, encoding="utf-8")
    for path in stale:
        _say(f"{path.name} {'is out of step' if check else 'written'}")
    if check and stale:
        raise typer.Exit(1)


@app.command()
def actions(port: Annotated[int, typer.Option(help="Loopback port.")] = 5055) -> None:
    """Serves the custom actions alone, without a token, for `rasa shell` and other work with Rasa."""
    settings = Settings()
    logs.configure()
    with _problems_told():
        make_database(settings, _say)
    with _database(settings) as database:
        knowledge = KnowledgeBase(database)
        desk = Desk.of(database, knowledge.clinic)
        uvicorn.run(actions_app(knowledge, desk, token=None), host="127.0.0.1", port=port, log_config=None)


@app.command()
def requests(
    handled: Annotated[int | None, typer.Option(help="Number of a request that was dealt with.")] = None,
) -> None:
    """Lists the open requests for a call back."""
    with _database(Settings()) as database:
        if handled is not None and not mark_handled(database, handled):
            err.print(f"There is no open request {handled}.")
            raise typer.Exit(1)
        waiting = open_requests(database)
        for each in waiting:
            reach = ", ".join(filter(None, (each.phone, each.email)))
            out.print(f"{each.id}  {each.created_at:%Y-%m-%d %H:%M} UTC  {each.name}  {reach}", markup=False)
            for words in filter(None, (each.preferred_times, each.note)):
                out.print(f"     {words}", markup=False)
        if not waiting:
            _say("No open requests")


@app.command()
def appointments() -> None:
    """Lists the visits to come: who, when, with whom, and what they noted."""
    with _database(Settings()) as database:
        clinic = KnowledgeBase(database).clinic()
        visits = Bookings(database, lambda: clinic).visits()
    for seen in visits:
        out.print(span_words(seen.starts_at, seen.ends_at, clinic), markup=False)
        who = ", ".join(filter(None, (seen.code, seen.name, seen.phone, seen.email)))
        out.print(f"     {seen.service} with {seen.practitioner}: {who}", markup=False)
        if seen.note:
            out.print(f"     {seen.note}", markup=False)
    if not visits:
        _say("No visits to come")


@app.command()
def mails(
    handled: Annotated[int | None, typer.Option(help="Number of a mail that was dealt with.")] = None,
) -> None:
    """Lists mails to visitors that could not be sent, or of which nobody knows whether they were."""
    settings = Settings()
    with _database(settings) as database:
        clinic = KnowledgeBase(database).clinic()
        post = Post(database, lambda: clinic, Links(settings.derived_key("appointment")), settings)
        if handled is not None and not post.mark_seen(handled):
            err.print(f"There is no such mail {handled}.")
            raise typer.Exit(1)
        post.settle()
        flagged = post.flagged()
    for each in flagged:
        seen = each.booking
        what = "could not be sent" if each.way is Way.FAILED else "may not have been sent"
        out.print(f"{each.id}  {each.kind} to {seen.name}, {seen.email}: {what} ({each.fault})", markup=False)
        out.print(f"     {seen.code}, {span_words(seen.starts_at, seen.ends_at, clinic)}", markup=False)
    if not flagged:
        _say("No mail needs looking at")


@app.command()
def calendars(
    of: Annotated[str | None, typer.Option(help="Name of a practitioner, for what follows.")] = None,
    read: Annotated[
        str | None, typer.Option(help="Address of their own calendar, to be read; `none` to stop.")
    ] = None,
    renew: Annotated[bool, typer.Option("--renew", help="Give theirs a new secret address.")] = False,
) -> None:
    """Lists practitioners' calendars: the secret address to subscribe to, and the one that is read."""
    settings = Settings()
    with _database(settings) as database:
        keeper = OwnCalendars(database, KnowledgeBase(database).clinic)
        if read or renew:
            ids = {each.practitioner: each.practitioner_id for each in keeper.known()}
            if of not in ids:
                err.print(f"Say whose with --of: {', '.join(ids)}.", markup=False)
                raise typer.Exit(1)
            if renew:
                keeper.renew(ids[of])
            if read:
                try:
                    keeper.read_from(ids[of], None if read == "none" else read)
                except ValueError as error:
                    err.print(str(error), markup=False)
                    raise typer.Exit(1) from None
                keeper.read_all()
        known = keeper.known()
    for each in known:
        out.print(each.practitioner, markup=False)
        out.print(
            f"     to subscribe to: {settings.public_address}/calendars/{each.feed_key}.ics", markup=False
        )
        if each.own_address:
            read_at = f"{each.read_at:%Y-%m-%d %H:%M} UTC" if each.read_at else "never"
            out.print(f"     reads: {each.own_address}", markup=False)
            out.print(f"     last read: {read_at}" + (f", fault: {each.fault}" if each.fault else ""))


@app.command("review")
def review_queue(limit: Annotated[int, typer.Option(help="So many, the newest first.")] = 50) -> None:
    """Lists what visitors asked that was not answered, or not well."""
    with _database(Settings()) as database:
        entries = waiting(database, limit)
    for each in entries:
        out.print(f"{each.asked_at:%Y-%m-%d %H:%M} UTC  {each.reason}", end="", markup=False)
        out.print(f": {each.detail}" if each.detail else "", markup=False)
        out.print(f"     {each.text}", markup=False)
    if not entries:
        _say("Nothing is waiting")


@knowledge_app.command("check")
def knowledge_check(
    folder: Annotated[Path, typer.Option(help="Folder of articles.")] = ARTICLES,
    verbose: Annotated[
        bool, typer.Option("--verbose", help="List the reading age of every article.")
    ] = False,
) -> None:
    """Checks every article and clinic.yml: refuses what must not be published, with file and line."""
    settings = Settings()
    with _problems_told():
        check_files(settings, folder)
        articles = read_articles(folder, SOURCES)
        clinic = read_as(settings.clinic, Clinic)
        found = review.warnings(folder, articles, clinic, now().date())
    for warning in found:
        out.print(f"[bold yellow]{warning.code}[/] {warning.where}")
        out.print(f"     {warning.what}\n     {warning.remedy}", markup=False)
    ages = review.reading_ages(articles, clinic)
    if verbose:
        table = Table("article", "reading age", "with every word at full length", box=None)
        for name, age in sorted(ages.items(), key=lambda each: each[1].counted):
            table.add_row(name, f"{age.counted:.1f}", f"{age.every:.1f}")
        out.print(table)
    variants = sum(bool(link.entity) for article in articles.values() for link in article.answers)
    unsigned = sum(article.last_reviewed is None for article in articles.values())
    highest = max(ages, key=lambda name: ages[name].counted)
    _say(f"{len(articles)} articles are in order, with {variants} variants; warnings: {len(found)}")
    _say(f"{unsigned} are not yet signed off by this clinic")
    median = statistics.median(age.counted for age in ages.values())
    _say(f"Reading age: median {median:.1f}, highest {ages[highest].counted:.1f} ({highest})")


@knowledge_app.command("import")
def knowledge_import(
    overwrite: Annotated[
        bool, typer.Option("--overwrite", help="Take the files' words where they differ.")
    ] = False,
    folder: Annotated[Path, typer.Option(help="Folder of articles.")] = ARTICLES,
) -> None:
    """Brings new articles into the database and shows what differs; overwrites only when told."""
    settings = Settings()
    with _problems_told(), _database(settings) as database:
        difference = transfer.import_files(database, folder, SOURCES, settings.clinic, overwrite=overwrite)
        if overwrite:
            take_over(database, KnowledgeBase(database).clinic())
    taken = "taken" if overwrite else "kept as it is in the database"
    for name in difference.new:
        out.print(f"new       {name}", markup=False)
    for name, fields in difference.changed.items():
        out.print(f"differs   {name}: {', '.join(fields)} ({taken})", markup=False)
    for name in difference.only_stored:
        out.print(f"database only  {name}", markup=False)
    if difference.clinic:
        out.print(f"clinic    {', '.join(difference.clinic)} ({taken})", markup=False)
    if overwrite:
        _say("Services, practitioners, hours and rules of bookings are those of the file")
    _say(f"{len(difference.new)} new, {len(difference.changed)} differ, {len(difference.same)} the same")
    if difference.warnings:
        _say(f"Warnings: {difference.warnings}; `./meridian knowledge check` names them")


@knowledge_app.command("export")
def knowledge_export(folder: Annotated[Path, typer.Argument(help="Folder to write to.")]) -> None:
    """Writes every article of the database as YAML."""
    with _database(Settings()) as database:
        written = transfer.export_articles(database, folder)
    _say(f"{len(written)} articles written to {folder}")


if __name__ == "__main__":
    app()
