"""user list|show|invite|role|create|key|reset|approve|suspend|restore."""

from __future__ import annotations

import secrets
from datetime import datetime

from bbs.commands import shapes
from bbs.commands.answer import Answer, Rows
from bbs.commands.call import Call
from bbs.commands.tree import Command, Kind, argument, flag, option
from bbs.forum.access import Verb
from bbs.forum.actor import AccountKind, Grant, Role


async def user_list(call: Call) -> Answer:
    """Accounts by name; nothing in the list leads to a person."""
    limit = min(call.number("limit", 100), 500)
    found = list(
        await call.forum.accounts.list(
            call.actor, match=call.text("match"), after=call.text("after") or None, limit=limit
        )
    )
    cells = [
        [
            one.name,
            call.tr(f"kind.{one.kind.value}"),
            one.state,
            ", ".join(shapes.account(one)["roles"]),
            str(one.keys),
        ]
        for one in found
    ]
    titles = [call.tr(f"column.{name}") for name in ("name", "kind", "state", "roles", "keys")]
    following = found[-1].name if len(found) == limit else None
    parts: list[str | Rows] = [Rows(titles, cells, call.tr("users.none"))]
    if following:
        parts.append(call.tr("command.more", option=f"--after {following}"))
    return Answer({"items": [shapes.account(one) for one in found], "next": following}, parts)


async def user_show(call: Call) -> Answer:
    """One account."""
    return _account(call, shapes.account(await call.forum.accounts.show(call.actor, call.text("name"))))


def _account(call: Call, document: dict[str, object]) -> Answer:
    def shown(value: object) -> str:
        if isinstance(value, datetime):
            return value.date().isoformat()
        if isinstance(value, bool):
            return call.tr("yes" if value else "no")
        return ", ".join(map(str, value)) or "-" if isinstance(value, list) else str(value)

    cells = [[call.tr(f"column.{name}"), shown(value)] for name, value in document.items()]
    return Answer({"user": document}, [Rows(["", ""], cells)])


async def user_invite(call: Call) -> Answer:
    """Make an invitation code: shown once, kept only as a hash."""
    made = await call.forum.accounts.invite(
        call.actor,
        batch=call.text("batch"),
        uses=call.number("uses", 1),
        days=call.number("days", 30),
        kind=AccountKind(call.text("kind") or AccountKind.MEMBER),
    )
    document = {
        "code": made.code,
        "batch": made.batch,
        "kind": made.kind.value,
        "uses": made.uses,
        "expires_at": made.expires_at,
    }
    return Answer({"invitation": document}, [made.code, call.tr.plural("invite.made", made.uses, batch=made.batch)])


async def user_role(call: Call) -> Answer:
    """Give or take a role: `user role NAME give moderator --scope life`."""
    on = call.text("act") == "give"
    grant = Grant(Role(call.text("role")), call.text("scope"))
    name = call.text("name")
    question = call.tr(f"role.ask_{call.text('act')}", name=name, role=grant.role.value, scope=grant.scope or "*")
    if grant.role is Role.SYSOP and not await call.agreed(question):
        return Answer({"changed": False}, [call.tr("command.left")])
    return _account(call, shapes.account(await call.forum.accounts.role(call.actor, name, grant, on=on)))


async def user_create(call: Call) -> Answer:
    """Open an account with a key (from a file or standard input) or with a password made here and shown once."""
    kind = AccountKind(call.text("kind") or AccountKind.MEMBER)
    password = None if call.flag("key") else secrets.token_urlsafe(12)
    key = (await call.body()).strip() if call.flag("key") else None
    made = await call.forum.accounts.create(
        call.actor, call.text("name"), kind, password=password, key=key, welcome=True
    )
    answer = _account(call, shapes.account(made))
    if password is None:
        return answer
    return Answer(
        {**answer.document, "password": password}, [*answer.parts, call.tr("user.password", password=password)]
    )


async def user_key(call: Call) -> Answer:
    """Give an account a key, from a file or standard input: how an officer's login is opened."""
    lines = (await call.body()).strip().splitlines()
    made = await call.forum.accounts.add_key(
        call.actor, lines[0] if lines else "", label=call.text("label"), name=call.text("name")
    )
    document = {"fingerprint": made.fingerprint, "label": made.label, "added_at": made.added_at}
    return Answer({"key": document}, [call.tr("key.added", fingerprint=made.fingerprint)])


async def user_reset(call: Call) -> Answer:
    """Set a new password, made here and shown once."""
    name = call.text("name")
    if not await call.agreed(call.tr("user.reset_ask", name=name)):
        return Answer({"changed": False}, [call.tr("command.left")])
    password = secrets.token_urlsafe(12)
    await call.forum.accounts.set_password(call.actor, password, name=name)
    return Answer({"name": name, "password": password}, [call.tr("user.password", password=password)])


async def user_approve(call: Call) -> Answer:
    """Let somebody in who registered and waits."""
    return _account(call, shapes.account(await call.forum.accounts.approve(call.actor, call.text("name"))))


async def user_suspend(call: Call) -> Answer:
    """Close an account; its open sessions end."""
    name = call.text("name")
    if not await call.agreed(call.tr("user.suspend_ask", name=name)):
        return Answer({"changed": False}, [call.tr("command.left")])
    return _account(call, shapes.account(await call.forum.accounts.suspend(call.actor, name)))


async def user_restore(call: Call) -> Answer:
    """Open a suspended account again."""
    return _account(call, shapes.account(await call.forum.accounts.restore(call.actor, call.text("name"))))


_NAME = argument("name", values="accounts")
_OPENABLE = (AccountKind.MEMBER.value, AccountKind.OFFICER.value, AccountKind.SYSOP.value)

COMMANDS = (
    Command(
        ("user", "list"),
        user_list,
        (option("match"), option("after"), option("limit", Kind.NUMBER)),
        Verb.ACCOUNT_LIST,
        "users",
    ),
    Command(("user", "show"), user_show, (_NAME,), Verb.ACCOUNT_LIST, "users"),
    Command(
        ("user", "invite"),
        user_invite,
        (
            option("batch", required=True),
            option("uses", Kind.NUMBER),
            option("days", Kind.NUMBER),
            option("kind", choices=(AccountKind.MEMBER.value, AccountKind.SYSOP.value)),
        ),
        Verb.ACCOUNT_INVITE,
        "users",
    ),
    Command(
        ("user", "role"),
        user_role,
        (
            _NAME,
            argument("act", choices=("give", "take")),
            argument("role", choices=[role.value for role in Role]),
            option("scope"),
        ),
        Verb.ACCOUNT_ROLE,
        "users",
    ),
    Command(
        ("user", "create"),
        user_create,
        (_NAME, option("kind", choices=_OPENABLE), flag("key"), option("file")),
        Verb.ACCOUNT_CREATE,
        "users",
    ),
    Command(("user", "key"), user_key, (_NAME, option("file"), option("label")), Verb.ACCOUNT_CREATE, "users"),
    Command(("user", "reset"), user_reset, (_NAME,), Verb.ACCOUNT_RESET, "users"),
    Command(("user", "approve"), user_approve, (_NAME,), Verb.ACCOUNT_STATE, "users"),
    Command(("user", "suspend"), user_suspend, (_NAME,), Verb.ACCOUNT_STATE, "users"),
    Command(("user", "restore"), user_restore, (_NAME,), Verb.ACCOUNT_STATE, "users"),
)
