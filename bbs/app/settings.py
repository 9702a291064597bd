"""Settings: flags over environment (BBS_…, nested with __) over DATA/bbs.toml over what stands here."""

from __future__ import annotations

import os
import tomllib
from collections.abc import Mapping
from difflib import get_close_matches
from itertools import takewhile
from pathlib import Path
from typing import Annotated, Any, Literal

from pydantic import Field, ValidationError
from pydantic_settings import (
    BaseSettings,
    InitSettingsSource,
    PydanticBaseSettingsSource,
    SettingsConfigDict,
    TomlConfigSettingsSource,
)

from bbs.errors import Invalid

SETTINGS_FILE = "bbs.toml"
PREFIX = "BBS_"
TESTS = "BBS_TEST_"
"""Variables that start like this are for the test suite."""


class Settings(BaseSettings):
    """Everything a site can set. Each name is a key of bbs.toml, `BBS_NAME` in the environment, `--name` to serve."""

    model_config = SettingsConfigDict(
        env_prefix=PREFIX, env_nested_delimiter="__", extra="forbid", validate_default=False, frozen=True
    )

    data: Path = Path("data")
    """Directory of this instance: database, host keys, history, backups."""
    host: str = "127.0.0.1"
    """Address the SSH listener binds to."""
    ssh_port: int = Field(default=2222, ge=0, le=65535)
    """Port of the SSH listener; 0 picks a free one."""
    telnet_port: Annotated[int, Field(ge=0, le=65535)] | Literal["off"] = 2323
    """Port of the telnet listener, 0 for a free one, or off."""
    telnet_host: str = "127.0.0.1"
    """Address the telnet listener binds to."""
    workers: Annotated[int, Field(ge=1, le=256)] | Literal["auto"] = 1
    """Processes of this server: one. Several servers may share one PostgreSQL."""
    demo: bool = False
    """Load the demo content into an empty store and open registration."""
    database_url: str = ""
    """SQLAlchemy URL, sqlite or postgresql; empty = DATA/mingtan.db."""
    boards_file: Path | None = None
    """The declared community; empty = DATA/boards.yaml if it is there, else the boards.yaml of the program."""
    pages: Path | None = None
    """Overlay of screens/pages edited by the sysop; empty = DATA/pages."""
    log_level: Literal["debug", "info", "warning", "error"] = "info"
    """How much is logged to standard error."""
    ssh_profile: Literal["mixed", "strict"] = "mixed"
    """mixed lets clients in that know no post-quantum key exchange; strict does not."""
    telnet_members: bool = False
    """Let members log in over telnet, where passwords travel in the clear. Officers and sysops never may."""
    registration: Literal["", "invitation", "open", "approval"] = ""
    """How accounts are opened; empty = as boards.yaml says."""

    @classmethod
    def settings_customise_sources(
        cls,
        settings_cls: type[BaseSettings],
        init_settings: PydanticBaseSettingsSource,
        env_settings: PydanticBaseSettingsSource,
        dotenv_settings: PydanticBaseSettingsSource,
        file_secret_settings: PydanticBaseSettingsSource,
    ) -> tuple[PydanticBaseSettingsSource, ...]:
        given = init_settings.init_kwargs if isinstance(init_settings, InitSettingsSource) else {}
        data = Path(str(given.get("data") or _from_environment(env_settings, "data") or "data"))
        return init_settings, env_settings, TomlConfigSettingsSource(settings_cls, data / SETTINGS_FILE)

    @property
    def url(self) -> str:
        """The database URL, made from the data directory when none is set."""
        return self.database_url or f"sqlite:///{self.data / 'mingtan.db'}"

    @property
    def is_sqlite(self) -> bool:
        return self.url.startswith("sqlite")


def _from_environment(source: PydanticBaseSettingsSource, name: str) -> object:
    value, _, _ = source.get_field_value(Settings.model_fields[name], name)
    return value


def _unknown(name: str, where: str) -> Invalid:
    close = get_close_matches(name, Settings.model_fields, 1)
    return Invalid("settings.unknown", name=name[:60], where=where, known=", ".join(close or Settings.model_fields))


def load_settings(flags: Mapping[str, Any]) -> Settings:
    """Settings from all sources; raises Invalid(`settings.bad`, where, name, problem)."""
    for variable in os.environ:
        if variable.startswith(PREFIX) and not variable.startswith(TESTS):
            name = variable.removeprefix(PREFIX).partition("__")[0].lower()
            if name not in Settings.model_fields:
                raise _unknown(name, variable)
    try:
        return Settings(**{name: value for name, value in flags.items() if value is not None})
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        # What follows the names of fields is pydantic's own word for the kind of value that was tried.
        name = ".".join(takewhile(str.isidentifier, map(str, first["loc"]))) or SETTINGS_FILE
        if first["type"] == "extra_forbidden":
            raise _unknown(name, SETTINGS_FILE) from error
        raise Invalid("settings.bad", name=name, problem=first["msg"]) from error
    except tomllib.TOMLDecodeError as error:
        raise Invalid("settings.bad", name=SETTINGS_FILE, problem=str(error)) from error
