"""The forum's own key, with which it signs what is official and the heads of its register.

It lies in a file beside the store, never in the store: whoever gets hold of the store alone can sign nothing. Keys the
forum had before are kept by their public halves, in `former/`, so that what they signed still holds.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

from bbs.errors import Failed, Invalid
from bbs.forum.accounts.keys import fingerprint, parse_line
from bbs.forum.proof import sshsig
from bbs.forum.proof.keyfile import load_or_make

if TYPE_CHECKING:
    from asyncssh import SSHKey

FOLDER: Final = "signing"
"""In the data directory."""
FILE: Final = "forum_ed25519_key"
FORMER: Final = "former"


@dataclass(frozen=True, slots=True)
class Seal:
    """The key in use, and the public halves (SSH wire form) of those it followed."""

    key: SSHKey
    former: tuple[bytes, ...] = ()
    public: bytes = field(init=False)
    fingerprint: str = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "public", self.key.public_data)
        object.__setattr__(self, "fingerprint", fingerprint(self.key.public_data))

    def sign(self, text: str, namespace: str) -> str:
        """An armored signature with the key in use."""
        return sshsig.sign(self.key, text, namespace)

    @property
    def publics(self) -> tuple[bytes, ...]:
        """All keys whose signatures are the forum's, the one in use first."""
        return (self.public, *self.former)

    def knows(self, print_: str) -> bool:
        """Whether a fingerprint is of one of the forum's keys."""
        return any(fingerprint(public) == print_ for public in self.publics)


def load_seal(folder: Path) -> Seal:
    """The forum's key in a folder, made at the first start.

    Raises Failed: `seal.key_mode` when others may read it, `seal.key_bad`, `seal.former_bad`.
    """
    key = load_or_make(folder / FILE, code="seal.key")
    former: list[bytes] = []
    for path in sorted((folder / FORMER).glob("*.pub")):
        try:
            former.append(parse_line(path.read_text("utf-8")).public)
        except (OSError, UnicodeDecodeError, Invalid) as error:
            raise Failed("seal.former_bad", path=str(path)) from error
    return Seal(key, tuple(former))
