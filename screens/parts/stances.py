"""How what people say under a post is marked: by a sign and, where there is colour, by a colour."""

from __future__ import annotations

from typing import Final

from bbs.forum.posts.posts import Stance

STANCE_SIGNS: Final = {Stance.AGREE: "+", Stance.DISAGREE: "-", Stance.NOTE: ":"}
"""The sign in front of a push comment."""
STANCE_STYLES: Final = {Stance.AGREE: "message.good", Stance.DISAGREE: "message.warn", Stance.NOTE: "row.dim"}
"""The style of the sign."""
