"""Writes `.env.example` from the settings class: `python -m bot.env_example > .env.example`."""

from collections.abc import Iterator

from pydantic import BaseModel, SecretStr
from pydantic.fields import FieldInfo

from bot.settings import Settings

HEADER = """\
# Every setting of Verbatim with its default. Copy this file to .env and take the # off the lines you change.
# The same names work as environment variables, which win over this file."""


def render() -> str:
    """Render the settings with their defaults and one line of explanation each.

    :returns: The text of `.env.example`.
    """
    blocks = [HEADER, "\n".join(_token_lines())]
    defaults = Settings.model_construct()
    for name in Settings.model_fields:
        value = getattr(defaults, name)
        if isinstance(value, BaseModel):
            title = (type(value).__doc__ or name).splitlines()[0]
            blocks.append("\n".join([f"# --- {title}", *_group_lines(name, value)]))
    blocks.append(_line("VERBATIM_LOG_LEVEL", Settings.model_fields["log_level"], defaults.log_level))
    return "\n\n".join(blocks) + "\n"


def _token_lines() -> Iterator[str]:
    yield "# --- The bot token from @BotFather. Without one, the bot runs in the local sandbox."
    yield "TELEGRAM_BOT_TOKEN="


def _group_lines(group: str, values: BaseModel) -> Iterator[str]:
    for name, field in type(values).model_fields.items():
        yield _line(f"VERBATIM_{group}__{name}".upper(), field, getattr(values, name))


def _line(variable: str, field: FieldInfo, default: object) -> str:
    return f"# {field.description}.\n# {variable}={_shown(default)}"


def _shown(default: object) -> str:
    if default is None or isinstance(default, SecretStr):
        return ""
    if isinstance(default, frozenset | tuple):
        return ",".join(str(part) for part in default)
    return str(default)


if __name__ == "__main__":
    print(render(), end="")
