"""A pattern run on all its possibilities at once: linear in the text, whatever the pattern."""

from __future__ import annotations

from typing import TypeAlias

from verifier.hcl.errors import EvaluationError
from verifier.hcl.frozen import field, slotted
from verifier.hcl.regular.nodes import Alternatives, Characters, Group, Node, Position, Ranges, Repeat, Sequence

_LARGEST = 50_000

Slots: TypeAlias = tuple[int, ...]


@slotted()
class Instruction:
    """`character` consumes one; `split` tries `next` before `other`; `save`, `position` and `jump` consume none."""

    kind: str
    next: int = 0
    other: int = 0
    ranges: Ranges = ()
    fold: bool = False
    slot: int = 0
    position: str = ""


@slotted()
class Program:
    """The instructions, and how many numbers say where groups begin and end."""

    code: list[Instruction] = field(default_factory=list)
    slots: int = 2

    def emit(self, kind: str, **operands: object) -> int:
        """Add an instruction and give its number."""
        if len(self.code) >= _LARGEST:
            raise EvaluationError("the pattern is too large")
        self.code.append(Instruction(kind, next=len(self.code) + 1, **operands))  # type: ignore[arg-type]
        return len(self.code) - 1


def compile_program(node: Node, groups: int) -> Program:
    """The program of a pattern with that many groups."""
    program = Program(slots=2 * (groups + 1))
    _emit(program, node)
    program.emit("match")
    return program


def _emit(program: Program, node: Node) -> None:
    match node:
        case Characters(ranges, fold):
            program.emit("character", ranges=ranges, fold=fold)
        case Position(kind):
            program.emit("position", position=kind)
        case Sequence(items):
            for item in items:
                _emit(program, item)
        case Group(item, number, _):
            program.emit("save", slot=2 * number)
            _emit(program, item)
            program.emit("save", slot=2 * number + 1)
        case Alternatives(branches):
            _emit_alternatives(program, branches)
        case Repeat():
            _emit_repeat(program, node)


def _emit_alternatives(program: Program, branches: tuple[Node, ...]) -> None:
    ends: list[int] = []
    for branch in branches[:-1]:
        split = program.emit("split")
        _emit(program, branch)
        ends.append(program.emit("jump"))
        program.code[split].other = len(program.code)
    _emit(program, branches[-1])
    for end in ends:
        program.code[end].next = len(program.code)


def _emit_repeat(program: Program, node: Repeat) -> None:
    if node.high is None:
        _emit_endless(program, node)
        return
    for _ in range(node.low):
        _emit(program, node.item)
    splits: list[int] = []
    for _ in range(node.high - node.low):
        splits.append(program.emit("split"))
        _emit(program, node.item)
    for split in splits:
        _leave(program, split, lazy=node.lazy)


def _emit_endless(program: Program, node: Repeat) -> None:
    if node.low == 0 and not _may_be_empty(node.item):
        split = program.emit("split")
        _emit(program, node.item)
        program.code[program.emit("jump")].next = split
        _leave(program, split, lazy=node.lazy)
        return
    # What can match nothing is tried once even under *, as RE2 does.
    skip = [program.emit("split")] if node.low == 0 else []
    for _ in range(node.low - 1):
        _emit(program, node.item)
    start = len(program.code)
    _emit(program, node.item)
    again = program.emit("split")
    after = len(program.code)
    program.code[again].next, program.code[again].other = (after, start) if node.lazy else (start, after)
    for split in skip:
        _leave(program, split, lazy=node.lazy)


def _may_be_empty(node: Node) -> bool:
    match node:
        case Characters():
            return False
        case Sequence(items):
            return all(map(_may_be_empty, items))
        case Alternatives(branches):
            return any(map(_may_be_empty, branches))
        case Repeat(item, low):
            return low == 0 or _may_be_empty(item)
        case Group(item):
            return _may_be_empty(item)
        case Position():
            return True


def _leave(program: Program, split: int, *, lazy: bool) -> None:
    """Let a split go on into the item or leave the repetition, the preferred one first."""
    inside, outside = split + 1, len(program.code)
    program.code[split].next, program.code[split].other = (outside, inside) if lazy else (inside, outside)


def search(program: Program, text: str, start: int) -> Slots | None:
    """Where the leftmost match at or after `start` and its groups begin and end (-1 for a group that took no part)."""
    threads: list[tuple[int, Slots]] = []
    found: Slots | None = None
    nothing = (-1,) * program.slots
    for at in range(start, len(text) + 1):
        if found is None:
            # A new attempt starts here, behind those that started earlier.
            seen = {number for number, _ in threads}
            _follow(program, threads, seen, 0, nothing, text, at)
        elif not threads:
            break
        threads, ended = _step(program, threads, text, at)
        found = ended if ended is not None else found
    return found


def _step(
    program: Program, threads: list[tuple[int, Slots]], text: str, at: int
) -> tuple[list[tuple[int, Slots]], Slots | None]:
    following: list[tuple[int, Slots]] = []
    seen: set[int] = set()
    for number, slots in threads:
        instruction = program.code[number]
        if instruction.kind == "match":
            return following, (slots[0], at, *slots[2:])
        if at < len(text) and _accepts(instruction, text[at]):
            _follow(program, following, seen, instruction.next, slots, text, at + 1)
    return following, None


def _accepts(instruction: Instruction, letter: str) -> bool:
    if _within(ord(letter), instruction.ranges):
        return True
    if not instruction.fold:
        return False
    return any(
        len(other) == 1 and _within(ord(other), instruction.ranges) for other in (letter.lower(), letter.upper())
    )


def _within(point: int, ranges: Ranges) -> bool:
    return any(low <= point <= high for low, high in ranges)


def _follow(
    program: Program,
    threads: list[tuple[int, Slots]],
    seen: set[int],
    number: int,
    slots: Slots,
    text: str,
    at: int,
) -> None:
    """Add the threads that are reached without consuming anything, in order of preference."""
    if slots[0] < 0:
        slots = (at, *slots[1:])
    pending = [(number, slots)]
    while pending:
        here, slots = pending.pop()
        if here in seen:
            continue
        seen.add(here)
        instruction = program.code[here]
        match instruction.kind:
            case "jump":
                pending.append((instruction.next, slots))
            case "split":
                pending.append((instruction.other, slots))
                pending.append((instruction.next, slots))
            case "save":
                slot = instruction.slot
                pending.append((instruction.next, (*slots[:slot], at, *slots[slot + 1 :])))
            case "position":
                if _holds(instruction.position, text, at):
                    pending.append((instruction.next, slots))
            case _:
                threads.append((here, slots))


def _holds(position: str, text: str, at: int) -> bool:
    match position:
        case "text-start":
            return at == 0
        case "text-end":
            return at == len(text)
        case "line-start":
            return at == 0 or text[at - 1] == "\n"
        case "line-end":
            return at == len(text) or text[at] == "\n"
    before = at > 0 and _is_word(text[at - 1])
    after = at < len(text) and _is_word(text[at])
    return (before is not after) is (position == "boundary")


def _is_word(letter: str) -> bool:
    return letter.isascii() and (letter.isalnum() or letter == "_")
