"""Settings of one running Meridian, from the environment and `.env` (Twelve-Factor).

What the clinic *is* stands in `clinic.yml`; here stands where and how this process runs.
"""

from __future__ import annotations

import hashlib
import hmac
import os
import re
import secrets
from functools import cached_property
from pathlib import Path
from typing import Annotated

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

ROOT = Path(__file__).resolve().parent.parent

# An origin as browsers write it (RFC 6454, 6.2): no capitals, no path, no port that goes without saying.
_SITE = re.compile(r"(?:https://[a-z0-9.-]+(?!:443$)|http://[a-z0-9.-]+(?!:80$))(?::[0-9]{1,5})?")


class Settings(BaseSettings):
    """Every variable carries the prefix `MERIDIAN_`: `MERIDIAN_PORT`, `MERIDIAN_DATABASE_URL`, …"""

    model_config = SettingsConfigDict(
        env_prefix="MERIDIAN_", env_file=ROOT / ".env", env_file_encoding="utf-8", extra="ignore"
    )

    home: Path = Field(ROOT, description="Folder with clinic.yml, config.yml, bot/ and models/.")
    data: Path = Field(ROOT / "var", description="Folder for the database, the secret and other state.")
    clinic: Path = Field(ROOT / "clinic.yml", description="What this clinic is: hours, prices, address.")
    shared: Path = Field(
        ROOT.parent / "shared", description="Real questions and benchmark data; may be absent."
    )

    host: str = Field("127.0.0.1", description="Address of the one public port.")
    port: int = Field(8000, ge=1, le=65535, description="The one public port.")
    actions_port: int = Field(8001, ge=1, le=65535, description="Loopback port of the custom actions.")
    engine_port: int = Field(8002, ge=1, le=65535, description="Loopback port of the language engine.")
    public_url: str = Field(
        "",
        description="Where visitors reach this installation, such as `https://chat.clinic.example`; links in mails"
        " begin with it.",
    )
    allowed_origins: Annotated[list[str], NoDecode] = Field(
        default_factory=list, description="Other origins whose pages may open the stream, comma separated."
    )
    allowed_sites: Annotated[list[str], NoDecode] = Field(
        default_factory=list,
        description="Websites that may show the chat, such as `https://www.clinic.example`, comma separated.",
    )

    database_url: str = Field("", description="SQLAlchemy URL; empty: SQLite in the data folder.")
    redis_url: str = Field(
        "",
        description="Redis for jobs, which then run in a process of their own; empty: as threads of the app. On"
        " SQLite always as threads.",
    )
    secret: str = Field("", description="Key of all tokens; empty: made once and kept in the data folder.")
    model: str = Field("", description="File in models/ to serve; empty: the newest.")

    token_minutes: int = Field(60, ge=1, description="Life of a visitor's token, minutes.")
    token_renewal_days: int = Field(
        7, ge=1, description="How long after its issue a token can be renewed, days."
    )
    rate_per_conversation: str = Field("30/minute", description="Messages of one conversation.")
    rate_per_address: str = Field("120/minute", description="Messages from one network address.")
    conversations_per_address: str = Field(
        "60/hour", description="New conversations from one network address."
    )
    trusted_proxies: str = Field(
        "127.0.0.1", description="Proxies whose X-Forwarded-For is believed, as Uvicorn takes it."
    )
    engine_seconds: float = Field(5.0, gt=0, description="How long the engine may take for one message.")
    reply_seconds: float = Field(6.0, gt=0, description="How long a request waits for its replies.")

    smtp_host: str = Field(
        "", description="Mail server; empty: staff alerts go to the console, and mails to visitors wait."
    )
    smtp_port: int = Field(587, ge=1, le=65535, description="Its port.")
    smtp_user: str = Field("", description="Name to log in with; empty: no login.")
    smtp_password: str = Field("", description="Password to log in with.")
    smtp_starttls: bool = Field(True, description="Whether to encrypt with STARTTLS.")
    mail_from: str = Field("meridian@localhost", description="Sender of every mail.")
    staff_email: str = Field("", description="Who is told of handoffs and call-back requests.")

    @field_validator("home", "data", "clinic", "shared")
    @classmethod
    def _from_the_top(cls, path: Path) -> Path:
        """A relative path means the same to every process, wherever it was started."""
        return ROOT / path

    @field_validator("allowed_origins", "allowed_sites", mode="before")
    @classmethod
    def _split(cls, value: object) -> object:
        if isinstance(value, str):
            return [origin.strip().rstrip("/") for origin in value.split(",") if origin.strip()]
        return value

    @field_validator("allowed_sites")
    @classmethod
    def _are_sites(cls, sites: list[str]) -> list[str]:
        """Each becomes part of a policy and is compared letter by letter, so it must be an origin and no more."""
        for site in sites:
            if not _SITE.fullmatch(site):
                raise ValueError(
                    f"{site!r} is not the address of a website. Write https:// and its name, in small letters, "
                    "without a path: https://www.clinic.example"
                )
        return sites

    @property
    def database(self) -> str:
        """SQLAlchemy's URL of the database."""
        return self.database_url or f"sqlite:///{self.data / 'meridian.db'}"

    @property
    def public_address(self) -> str:
        """Where visitors reach this installation, without a slash at its end."""
        return self.public_url.rstrip("/") or f"http://{self.host}:{self.port}"

    @property
    def jobs_apart(self) -> bool:
        """Whether jobs run in a process of their own. On SQLite one process writes, so never there."""
        return bool(self.redis_url) and not self.database.startswith("sqlite")

    @property
    def models(self) -> Path:
        """Folder of trained models, the encoder and the language pipeline."""
        return self.home / "models"

    @property
    def encoder(self) -> Path:
        """Folder of the sentence encoder's files."""
        return self.models / "encoder"

    @property
    def language(self) -> Path:
        """Folder of the spaCy pipeline."""
        return self.models / "language"

    @property
    def engine_python(self) -> Path:
        """Interpreter of the engine's own environment."""
        return self.home / "bot" / "engine" / ".venv" / "bin" / "python"

    @property
    def live_model(self) -> Path | None:
        """The model to serve: the one named by `model`, else the newest in models/, else none."""
        if self.model:
            return self.models / self.model
        trained = sorted(self.models.glob("*.tar.gz"), key=lambda path: path.stat().st_mtime)
        return trained[-1] if trained else None

    @cached_property
    def key(self) -> bytes:
        """The key from which every token is derived; made on first use, readable by its owner only."""
        if self.secret:
            return self.secret.encode()
        path = self.data / "secret"
        try:
            return path.read_bytes()
        except FileNotFoundError:
            path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            # Linked into place: of two processes that start together, both end with the same key.
            draft = path.with_name(f"secret.{os.getpid()}")
            draft.touch(mode=0o600)
            draft.write_bytes(secrets.token_hex(32).encode())
            try:
                os.link(draft, path)
            except FileExistsError:
                pass
            finally:
                draft.unlink()
            return path.read_bytes()

    def derived_key(self, purpose: str) -> str:
        """A key for one purpose (`engine`, `actions`, `visitor`), so that none can serve for another."""
        return hmac.new(self.key, purpose.encode(), hashlib.sha256).hexdigest()

    def environment(self) -> dict[str, str]:
        """These settings as the environment of a child process, so that it reads exactly the same."""
        values: dict[str, str] = {}
        for name, value in self.model_dump().items():
            values[f"MERIDIAN_{name.upper()}"] = ",".join(value) if isinstance(value, list) else str(value)
        return values
