"""What stock OpenSSH needs to check an official post without this forum: a handful of small files."""

from __future__ import annotations

import base64
import io
import tarfile
from collections.abc import Mapping
from pathlib import Path
from typing import Final

from bbs.errors import Conflict, Failed
from bbs.forum.proof import sshsig
from bbs.forum.proof.proofs import Check, Proof

FORUM: Final = "forum"
"""The principal of the forum's key in `allowed_signers`; an officer's is the office."""


def files(proof: Proof) -> dict[str, str]:
    """The files of a bundle by name; raises Conflict(`proof.unsigned`) when the forum has not signed the post.

    A signature that does not hold is in it all the same: whoever checks shall find that out.
    """
    if not proof.forum.text or proof.post.official is None:
        raise Conflict("proof.unsigned", post=proof.post.id)
    office = proof.post.official.office
    signers = [_signer(FORUM, proof.forum, f"{sshsig.POSTS},{sshsig.HEADS}")]
    made = {"post.txt": proof.forum.text, "post.txt.sig": proof.forum.armored}
    own = proof.own
    if own is not None:
        made |= {"statement.txt": own.text, "statement.txt.sig": own.armored}
        if own.reason == "proof.key_gone":
            made["revoked_keys"] = f"{sshsig.public_line(own.public)}\n"
        else:
            signers.append(_signer(office, own, sshsig.POSTS))
    made["allowed_signers"] = "\n".join(signers) + "\n"
    if proof.recorded.hashed:
        made["entry.txt"] = proof.recorded.hashed
    if proof.recorded.head is not None:
        made |= {"head.txt": proof.recorded.head.signed, "head.txt.sig": proof.recorded.head.armored}
    made["README.txt"] = _readme(made, office)
    return made


def write(folder: Path, made: Mapping[str, str]) -> None:
    """Write the files into a folder, made if need be; raises Failed(`bundle.unwritable`)."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        for name, text in made.items():
            (folder / name).write_bytes(text.encode())
    except OSError as error:
        raise Failed("bundle.unwritable", path=str(folder), reason=error.strerror or str(error)) from error


def packed(made: Mapping[str, str]) -> str:
    """The files as a tar archive in base64, to go through `base64 -d | tar x`."""
    raw = io.BytesIO()
    with tarfile.open(fileobj=raw, mode="w", format=tarfile.USTAR_FORMAT) as archive:
        for name, text in made.items():
            data = text.encode()
            facts = tarfile.TarInfo(name)
            facts.size = len(data)
            archive.addfile(facts, io.BytesIO(data))
    return base64.encodebytes(raw.getvalue()).decode("ascii").rstrip("\n")


def _signer(principal: str, check: Check, namespaces: str) -> str:
    return f'{principal} namespaces="{namespaces}" {sshsig.public_line(check.public)}'


def _readme(made: Mapping[str, str], office: str) -> str:
    """The commands that check it; what they are is the same in every language."""
    lines = ["# The forum's signature on the post:", _command(FORUM, sshsig.POSTS, "post.txt")]
    if "statement.txt" in made:
        revoked = " -r revoked_keys" if "revoked_keys" in made else ""
        lines += ["# The officer's own signature:", _command(office, sshsig.POSTS, "statement.txt") + revoked]
    if "head.txt" in made:
        lines += [
            "# The register: the sum of entry.txt is the hash that head.txt names.",
            "sha256sum entry.txt && grep ^hash: head.txt",
            _command(FORUM, sshsig.HEADS, "head.txt"),
        ]
    lines.append("# That the key in allowed_signers is the forum's, ask somebody you trust: docs/signatures.md")
    return "\n".join(lines) + "\n"


def _command(principal: str, namespace: str, name: str) -> str:
    return f"ssh-keygen -Y verify -f allowed_signers -I {principal} -n {namespace} -s {name}.sig < {name}"
