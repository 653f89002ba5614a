"""The mutants of a file, and a seeded sample of them.

The operators are cosmic-ray's. Of the replacements that it knows for an operator sign, those that
nearly every test would see (`<<` for `-`) are left out, so that a share of killed mutants says
something; two operators that it lacks stand here: a call that is not made, and one of `sorted`,
`min`, `np.clip` and the like that gives back its first argument.
"""

from __future__ import annotations

import ast
import random
import zlib
from dataclasses import asdict, dataclass

import parso
from cosmic_ray.ast import ast_nodes, get_ast
from cosmic_ray.mutating import mutate_code
from cosmic_ray.operators import binary_operator_replacement as binary
from cosmic_ray.operators import boolean_replacer, break_continue, number_replacer
from cosmic_ray.operators import comparison_operator_replacement as comparison
from cosmic_ray.operators import unary_operator_replacement as unary
from cosmic_ray.operators.exception_replacer import ExceptionReplacer
from cosmic_ray.operators.operator import Operator
from cosmic_ray.operators.remove_decorator import RemoveDecorator
from cosmic_ray.operators.zero_iteration_for_loop import ZeroIterationForLoop

SIGNS = (
    *("Add_Sub", "Sub_Add", "Mul_Div", "Div_Mul", "FloorDiv_Div", "FloorDiv_Mul", "Mod_Mul"),
    *("Pow_Mul", "BitOr_BitAnd", "BitAnd_BitOr", "BitXor_BitOr", "LShift_RShift", "RShift_LShift"),
)
COMPARISONS = (
    *("Lt_LtE", "Lt_GtE", "LtE_Lt", "LtE_Gt", "Gt_GtE", "Gt_LtE", "GtE_Gt", "GtE_Lt"),
    *("Eq_NotEq", "NotEq_Eq", "Is_IsNot", "IsNot_Is"),
)
FIRST_ARGUMENT = {
    *("sorted", "min", "max", "abs", "set", "round", "reversed", "escape", "np.sort", "np.unique"),
    *("np.minimum", "np.maximum", "np.clip", "np.abs", "np.round", "np.nan_to_num", "as_fraction"),
}


class CallDropped(Operator):
    """A statement that is nothing but a call is not carried out."""

    def mutation_positions(self, node):
        """Calls that stand alone in a line."""
        if node.type == "atom_expr" and node.parent is not None:
            alone = node.parent.type == "simple_stmt" and node.children[-1].type == "trailer"
            if alone and node.children[-1].children[0] == "(":
                yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        """Put `None` in its place."""
        del index
        return parso.parse(node.get_first_leaf().prefix + "None")

    @classmethod
    def examples(cls):
        """None: the operator is used here alone."""
        return ()


class FirstArgument(Operator):
    """`sorted(values)` becomes `(values)`, `min(a, b)` becomes `(a)`."""

    def mutation_positions(self, node):
        """Calls of a function of the list, with something in the brackets."""
        if node.type == "atom_expr" and node.children[-1].type == "trailer":
            name = "".join(child.get_code(include_prefix=False) for child in node.children[:-1])
            inside = node.children[-1].children
            if name in FIRST_ARGUMENT and inside[0] == "(" and len(inside) == 3:
                yield node.start_pos, node.end_pos

    def mutate(self, node, index):
        """Keep the first argument alone."""
        del index
        arguments = node.children[-1].children[1]
        first = arguments.children[0] if arguments.type == "arglist" else arguments
        if first.type == "argument":  # a generator: all of it
            first = arguments
        kept = first.get_code(include_prefix=False)
        if first.type == "argument":
            kept = f"list({kept})"
        return parso.parse(f"{node.get_first_leaf().prefix}({kept})")

    @classmethod
    def examples(cls):
        """None: the operator is used here alone."""
        return ()


OPERATORS = {
    **{f"{a}": getattr(binary, f"ReplaceBinaryOperator_{a}") for a in SIGNS},
    **{f"{a}": getattr(comparison, f"ReplaceComparisonOperator_{a}") for a in COMPARISONS},
    "USub_Deleted": unary.ReplaceUnaryOperator_Delete_USub,
    "Invert_Deleted": unary.ReplaceUnaryOperator_Delete_Invert,
    "Not_Deleted": unary.ReplaceUnaryOperator_Delete_Not,
    "Not_Added": boolean_replacer.AddNot,
    "True_False": boolean_replacer.ReplaceTrueWithFalse,
    "False_True": boolean_replacer.ReplaceFalseWithTrue,
    "And_Or": boolean_replacer.ReplaceAndWithOr,
    "Or_And": boolean_replacer.ReplaceOrWithAnd,
    "Break_Continue": break_continue.ReplaceBreakWithContinue,
    "Continue_Break": break_continue.ReplaceContinueWithBreak,
    "Exception_Other": ExceptionReplacer,
    "Number_Changed": number_replacer.NumberReplacer,
    "Decorator_Removed": RemoveDecorator,
    "Loop_Empty": ZeroIterationForLoop,
    "Call_Dropped": CallDropped,
    "First_Argument": FirstArgument,
}


@dataclass(frozen=True)
class Mutant:
    """One change of one file: the line is counted from 1, the occurrence from 0."""

    file: str
    line: int
    column: int
    operator: str
    occurrence: int
    text: str  # the line as it was

    def key(self) -> str:
        """What tells it from other mutants, even after the file grew elsewhere."""
        return f"{self.file}|{self.text}|{self.column}|{self.operator}|{self.occurrence}"

    def row(self) -> dict:
        """Its facts by name."""
        return asdict(self)

    def applied(self, source: str) -> str | None:
        """The file with this change; None where it is no change, or no Python."""
        changed = mutate_code(source, OPERATORS[self.operator](), self.occurrence)
        if changed is None or changed == source:
            return None
        try:
            if _marks(changed) != _marks(source):  # the `*` of a signature, which nobody computes
                return None
        except SyntaxError:
            return None
        return changed.replace("CosmicRayTestingException", "ZeroDivisionError")


def mutants_of(file: str, source: str) -> list[Mutant]:
    """Every mutant of a file, less those in places that never run or that no run could tell.

    Left out: annotations, what stands under `if TYPE_CHECKING`, and `frozen=True` of a dataclass.
    """
    lines = source.splitlines()
    left_out = _left_out(source)
    nodes = list(ast_nodes(get_ast(source)))
    found = []
    for name, operator in OPERATORS.items():
        places = (place for node in nodes for place in operator().mutation_positions(node))
        for occurrence, ((line, column), _end) in enumerate(places):
            inside = any(begin <= (line, column) < end for begin, end in left_out)
            if not inside and "frozen=True" not in lines[line - 1]:
                text = lines[line - 1].strip()
                found.append(Mutant(file, line, column, name, occurrence, text))
    return found


def _marks(source: str) -> int:
    """How many arguments of functions are taken by place alone."""
    nodes = ast.walk(ast.parse(source))
    return sum(len(node.posonlyargs) for node in nodes if isinstance(node, ast.arguments))


def _left_out(source: str) -> list[tuple[tuple[int, int], tuple[int, int]]]:
    """Begin and end of annotations and of what only type checkers read."""
    places = []
    for node in ast.walk(ast.parse(source)):
        kept = [getattr(node, "annotation", None), getattr(node, "returns", None)]
        if isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            kept.append(node)
        places += [
            ((one.lineno, one.col_offset), (one.end_lineno, one.end_col_offset))
            for one in kept
            if isinstance(one, ast.AST)
        ]
    return places


def sample(file: str, source: str, *, count: int, seed: int) -> list[Mutant]:
    """Up to `count` mutants of a file, no two at one place, the same for the same seed."""
    by_place: dict[tuple[int, int], list[Mutant]] = {}
    for mutant in mutants_of(file, source):
        by_place.setdefault((mutant.line, mutant.column), []).append(mutant)
    own = f"{seed} {zlib.crc32(file.encode())}"
    rng = random.Random(own)  # noqa: S311 # nosec B311 - a sample, not a secret
    places = sorted(by_place)
    rng.shuffle(places)
    chosen = []
    for place in places:
        options = by_place[place]
        mutant = options[rng.randrange(len(options))]
        if mutant.applied(source) is not None:
            chosen.append(mutant)
        if len(chosen) == count:
            break
    return chosen
