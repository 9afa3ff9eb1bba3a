"""Every setting of Verbatim: one class, read from the environment and `.env`."""

import re
from pathlib import Path
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, HttpUrl, SecretStr, ValidationError, model_validator
from pydantic_core import ErrorDetails
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

from pipelines.errors import ConfigurationError

Unit = Annotated[float, Field(ge=0.0, le=1.0)]


def _split_commas(value: object) -> object:
    return [part for part in value.replace(",", " ").split() if part] if isinstance(value, str) else value


IdSet = Annotated[frozenset[int], NoDecode, BeforeValidator(_split_commas)]
NameList = Annotated[tuple[str, ...], NoDecode, BeforeValidator(_split_commas)]


class _Group(BaseModel):
    """Base of every group: unknown names are errors, so that a typing mistake is noticed at start."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class TelegramSettings(_Group):
    """The connection to Telegram, and who may use the bot there."""

    token: Annotated[SecretStr | None, Field(description="Bot token from @BotFather; without one the sandbox runs")] = (
        None
    )
    api_url: Annotated[HttpUrl, Field(description="Bot API server")] = HttpUrl("https://api.telegram.org")
    access: Annotated[
        Literal["listed", "public"], Field(description="Who may ask: the listed ids only, or everyone (public)")
    ] = "listed"
    allowed_users: Annotated[IdSet, Field(description="Telegram user ids that may ask, separated by commas")] = (
        frozenset()
    )
    allowed_chats: Annotated[IdSet, Field(description="Group ids whose members may ask, separated by commas")] = (
        frozenset()
    )
    webhook_url: Annotated[
        HttpUrl | None, Field(description="Public https address of a webhook; empty: the bot fetches its messages")
    ] = None
    webhook_secret: Annotated[
        SecretStr | None,
        Field(description="What proves that a webhook's messages come from Telegram: 16 or more of A-Z a-z 0-9 _ -"),
    ] = None
    webhook_host: Annotated[str, Field(description="Address that the webhook listens on")] = "127.0.0.1"
    webhook_port: Annotated[int, Field(ge=0, le=65535, description="Port that the webhook listens on")] = 8443

    @model_validator(mode="after")
    def _check_webhook(self) -> Self:
        if self.webhook_url is None:
            return self
        # Without it, anyone who finds the address could write in another person's name.
        secret = self.webhook_secret.get_secret_value() if self.webhook_secret else ""
        if not re.fullmatch(r"[A-Za-z0-9_-]{16,256}", secret):
            msg = "webhook_url needs webhook_secret: 16 to 256 letters, digits, - or _"
            raise ValueError(msg)
        return self


class SandboxSettings(_Group):
    """The local chat that runs when there is no token."""

    port: Annotated[
        int, Field(ge=0, le=65535, description="Port of the chat page on 127.0.0.1; 0 picks a free one")
    ] = 8081


class StoreSettings(_Group):
    """Where the index lives."""

    kind: Annotated[
        Literal["embedded", "opensearch"],
        Field(description="embedded: in the folder below; opensearch: in a cluster (extra `opensearch`)"),
    ] = "embedded"
    path: Annotated[Path, Field(description="Folder of the index and of the bot's journal")] = Path("data")


class OpenSearchSettings(_Group):
    """The cluster, if the index lives in one."""

    hosts: Annotated[
        NameList, Field(min_length=1, description="Addresses of its nodes, separated by commas; all are tried")
    ] = ("http://localhost:9200",)
    username: Annotated[str | None, Field(description="User name, if the cluster asks for one")] = None
    password: Annotated[SecretStr | None, Field(description="That user's password")] = None
    ca_file: Annotated[
        Path | None, Field(description="File of the authority that signed the nodes' certificates, if not a usual one")
    ] = None
    verify: Annotated[bool, Field(description="Check the nodes' certificates; false only on a network of your own")] = (
        True
    )
    index: Annotated[
        str, Field(pattern=r"^[a-z0-9][a-z0-9_-]{0,99}$", description="What the names of the indexes begin with")
    ] = "verbatim"
    shards: Annotated[
        int, Field(ge=1, le=1024, description="Parts that the passages are split into when the index is made")
    ] = 1
    replicas: Annotated[
        int, Field(ge=0, le=100, description="Further copies of each part; with 1, any one node may go away")
    ] = 1
    engine: Annotated[
        Literal["lucene", "faiss"], Field(description="What searches vectors; faiss needs OpenSearch 2.19 or newer")
    ] = "lucene"
    timeout: Annotated[int, Field(ge=1, le=60, description="Seconds to wait for one node before the next is tried")] = 5

    @model_validator(mode="after")
    def _check_hosts(self) -> Self:
        # A wrong address is not shown: it may hold a password.
        if not all(re.fullmatch(r"https?://[^/@\s]+/?", host) for host in self.hosts):
            msg = "hosts are addresses like https://search.example.org:9200; name and password have their own settings"
            raise ValueError(msg)
        if (self.username is None) != (self.password is None):
            msg = "username and password belong together"
            raise ValueError(msg)
        return self


class RetrievalSettings(_Group):
    """How passages are found."""

    candidates: Annotated[int, Field(ge=1, le=1000, description="Passages taken from each of the two indexes")] = 30
    passages_read: Annotated[int, Field(ge=1, le=100, description="Best passages that the reader reads")] = 6
    keyword_weight: Annotated[Unit, Field(description="Weight of the keyword index in the fusion")] = 0.5
    dense_weight: Annotated[Unit, Field(description="Weight of the vector index in the fusion")] = 0.5


class ReaderSettings(_Group):
    """How answers are read from passages."""

    kind: Annotated[
        Literal["onnx", "transformers"],
        Field(description="onnx: the model that ships; transformers: any hub model (extra `hub`)"),
    ] = "onnx"
    model: Annotated[
        str | None, Field(description="Folder of an ONNX reader, or name of a hub model; empty: the one that ships")
    ] = None
    answered: Annotated[
        Unit | None, Field(description="Confidence from which an answer counts as sure; empty: as calibrated")
    ] = None
    unsure: Annotated[
        Unit | None, Field(description="Confidence below which nothing is quoted; empty: as calibrated")
    ] = None
    threads: Annotated[int, Field(ge=0, le=256, description="Processor threads for the models; 0: one a core")] = 0


class LimitSettings(_Group):
    """How much is allowed at a time."""

    questions_per_minute: Annotated[int, Field(ge=1, le=600, description="Questions one user may ask a minute")] = 20
    concurrent_questions: Annotated[int, Field(ge=1, le=64, description="Questions answered at the same time")] = 2
    waiting_questions: Annotated[int, Field(ge=1, le=10_000, description="Questions that may wait for their turn")] = (
        100
    )
    keep_days: Annotated[
        int, Field(ge=1, le=3650, description="Days that shown answers and the feedback on them are kept")
    ] = 30


class Settings(BaseSettings):
    """All settings. Names in the environment: `VERBATIM_` + group + `__` + name, in capitals.

    :raises pydantic.ValidationError: If a value is out of bounds or a name is unknown.
    """

    model_config = SettingsConfigDict(
        env_prefix="VERBATIM_",
        env_nested_delimiter="__",
        env_file=".env",
        env_ignore_empty=True,
        extra="forbid",
        frozen=True,
        nested_model_default_partial_update=True,
    )

    telegram_bot_token: Annotated[
        SecretStr | None, Field(validation_alias="TELEGRAM_BOT_TOKEN", description="The usual name of the bot token")
    ] = None
    telegram: TelegramSettings = TelegramSettings()
    sandbox: SandboxSettings = SandboxSettings()
    store: StoreSettings = StoreSettings()
    opensearch: OpenSearchSettings = OpenSearchSettings()
    retrieval: RetrievalSettings = RetrievalSettings()
    reader: ReaderSettings = ReaderSettings()
    limits: LimitSettings = LimitSettings()
    log_level: Annotated[Literal["DEBUG", "INFO", "WARNING", "ERROR"], Field(description="How much is logged")] = "INFO"

    @model_validator(mode="after")
    def _check_thresholds(self) -> Self:
        if (
            self.reader.unsure is not None
            and self.reader.answered is not None
            and self.reader.unsure > self.reader.answered
        ):
            msg = "reader.unsure must not be greater than reader.answered"
            raise ValueError(msg)
        return self

    @property
    def token(self) -> SecretStr | None:
        """The bot token, whichever of its two names it was given under."""
        return self.telegram.token or self.telegram_bot_token


def load_settings() -> Settings:
    """Read the settings from the environment and `.env`.

    :returns: The settings.
    :raises ConfigurationError: If one is wrong; the message names each one, with the reason and what is allowed.
    """
    try:
        return Settings()
    except ValidationError as error:
        problems = error.errors(include_input=False)
        lines = [f"  {_variable(problem['loc'])}: {_reason(problem)}" for problem in problems]
        msg = "These settings are wrong (see .env.example for all of them):\n" + "\n".join(lines)
        raise ConfigurationError(msg) from error


def _variable(location: tuple[int | str, ...]) -> str:
    names = [str(part) for part in location]
    if names and names[0].upper() == "TELEGRAM_BOT_TOKEN":
        return "TELEGRAM_BOT_TOKEN"
    # A name of `.env` that means nothing keeps its prefix.
    return "VERBATIM_" + "__".join(names).upper().removeprefix("VERBATIM_") if names else "settings"


def _reason(problem: ErrorDetails) -> str:
    return "there is no such setting" if problem["type"] == "extra_forbidden" else problem["msg"]
