"""Rules of the rooms: what a file does against them, read from its syntax tree."""

import ast
import sys
from dataclasses import dataclass

from makers.places import REPOSITORY

HIDDEN = {".venv", ".venv-qgis", ".git", "build", "dist", "runs", "demo_output", "site"}


@dataclass(frozen=True)
class Room:
    """Packages that a room may import besides the standard library; some in functions only."""

    anywhere: frozenset
    in_functions: frozenset = frozenset()
    python39: bool = False


CORE = Room(frozenset({"numpy", "ssf_model"}), python39=True)
RUNS_MODELS = Room(CORE.anywhere, frozenset({"onnxruntime"}), python39=True)
DRAWS = Room(CORE.anywhere, frozenset({"matplotlib"}), python39=True)
HEADLESS = Room(CORE.anywhere | {"shapely", "rasterio", "pyogrio", "tqdm"}, python39=True)
ON_A_CLUSTER = Room(CORE.anywhere, frozenset({"distributed"}), python39=True)
PLUGIN = Room(frozenset({"qgis", "osgeo", "numpy", "qgis_ssf_plugin", "ssf_model"}), python39=True)
IN_A_WINDOW = Room(PLUGIN.anywhere, frozenset({"processing"}), python39=True)  # of QGIS itself
TRAINING = Room(
    frozenset({"training", "ssf_model", "numpy", "scipy", "h5py", "matplotlib", "numba", "tqdm"}),
    frozenset({"tensorflow", "keras", "onnx", "skimage", "optuna", "sqlalchemy"}),
)
KERAS_LAYERS = Room(TRAINING.anywhere | {"keras"}, TRAINING.in_functions)  # classes, as Keras wants

SPECIAL = {
    "training/fitting/mirror_layers.py": KERAS_LAYERS,
    "training/fitting/detail_end.py": KERAS_LAYERS,
    "ssf_model/network/engines.py": RUNS_MODELS,
    "ssf_model/headless/png.py": DRAWS,
    "qgis_ssf_plugin/menu.py": IN_A_WINDOW,
    "ssf_model/headless/batch/cluster.py": ON_A_CLUSTER,
}
BY_FOLDER = {
    "ssf_model/headless": HEADLESS,
    "ssf_model": CORE,
    "qgis_ssf_plugin": PLUGIN,
    "training": TRAINING,
}
# From the ground up; rooms of one floor do not know each other. A file beside the rooms is a room.
FLOORS = {
    "ssf_model": (
        {"__init__"},
        {"errors"},
        {"asides", "databases"},
        {"command_line", "declared", "scale", "options", "places", "whole_files", "geometry"},
        {"faults", "network"},
        {"drawing"},
        {"zones"},
        {"estimate"},
        {"explain", "compare", "check"},
        {"tables"},
        {"report"},
        {"headless"},
        {"__main__"},
    ),
    "training": (
        {"__init__"},
        {"json_files", "markdown", "plot_style"},
        {"fitting", "experiments"},
        {"virtual"},
        {"windows"},
        {"scoring"},
        {"publishing"},
        {"commands"},
        {"__main__"},
    ),
}
# What a house may see of its neighbour: the command line's part is for the command line alone.
CLOSED = {"training": {"ssf_model.headless"}, "qgis_ssf_plugin": {"ssf_model.headless"}}

# They run code that a file holds, or a shell.
NEVER_IMPORTED = {"pickle", "cPickle", "_pickle", "dill", "joblib", "marshal", "shelve", "yaml"}
NEVER_RUNS = {"TYPE_CHECKING", "typing.TYPE_CHECKING"}
NEVER_CALLED = {"eval", "exec", "os.system", "os.popen", "pandas.read_pickle"}
# Imports by name escape these rules, so only these files have them: the face of ssf_model, which
# is below all rooms, looks a public name up when it is asked for; the command lines load one verb.
BY_NAME = {"importlib.import_module", "import_module", "__import__"}
MAY_IMPORT_BY_NAME = {"ssf_model/__init__.py", "ssf_model/__main__.py", "training/__main__.py"}
NEVER_TRUE = {"shell", "allow_pickle"}
LATER_THAN_39 = {"zip": {"strict"}, "dataclass": {"slots", "kw_only", "weakref_slot"}}


def room_of(path):
    """The room of a file, None where it may import what it likes."""
    folders = [BY_FOLDER[folder] for folder in BY_FOLDER if path.startswith(f"{folder}/")]
    return SPECIAL.get(path, folders[0] if folders else None)


def breaches(path, source):
    """What a file does against the rules, as lines of text."""
    room = room_of(path)
    try:
        oldest = (3, 9) if room is not None and room.python39 else sys.version_info[:2]
        tree = _as_it_runs(ast.parse(source, feature_version=oldest))
    except SyntaxError as error:
        return [f"{path}:{error.lineno} is no Python {oldest[0]}.{oldest[1]}: {error.msg}"]
    found = [*_walk(tree, path, room, inside=False), *_upward(tree, path)]
    if room is not None and path not in MAY_IMPORT_BY_NAME:
        found += _imports_by_name(tree, path)
    if room is not None and room.python39:
        found += _unions_without_future(tree, path)
    return found


def _as_it_runs(tree):
    """The tree without what stands under `if TYPE_CHECKING:`; an `else` stays."""
    for node in ast.walk(tree):
        if isinstance(node, ast.If) and ast.unparse(node.test) in NEVER_RUNS:
            node.body = []
    return tree


def _walk(node, path, room, *, inside):
    """Breaches below a node; `inside` a function or not."""
    for child in ast.iter_child_nodes(node):
        where = f"{path}:{getattr(child, 'lineno', 0)}"
        for package in _imported(child):
            allowed = room is None or package in room.anywhere or package in sys.stdlib_module_names
            if room is not None and inside:
                allowed = allowed or package in room.in_functions
            if package in NEVER_IMPORTED or not allowed:
                yield f"{where} imports {package}"
        if isinstance(child, ast.Call):
            yield from _wrong_call(child, where, room)
        function = isinstance(child, (ast.FunctionDef, ast.AsyncFunctionDef, ast.Lambda))
        yield from _walk(child, path, room, inside=inside or function)


def _imported(node):
    """Top-level packages that a statement imports."""
    if isinstance(node, ast.Import):
        return [alias.name.split(".")[0] for alias in node.names]
    if isinstance(node, ast.ImportFrom) and node.level == 0:
        return [node.module.split(".")[0]]
    return []


def _upward(tree, path):
    """Imports from a floor that is not below, or from a part of a house that is closed."""
    for where, name in imported_names(tree, path):
        closed = CLOSED.get(path.split("/")[0], ())
        if any(name == room or name.startswith(f"{room}.") for room in closed):
            yield f"{where} looks into {name}"
        house = name.split(".")[0]
        if house == path.split("/")[0] and house in FLOORS:
            here, there = floor_of(path_parts(path)), floor_of(name.split("."))
            if here[1] != there[1] and here[0] <= there[0]:
                yield f"{where} climbs to {there[1]}"


def imported_names(tree, path):
    """Every module of ours that a file imports, function or not: where, and its dotted name."""
    for node in ast.walk(tree):
        where = f"{path}:{getattr(node, 'lineno', 0)}"
        if isinstance(node, ast.Import):
            yield from ((where, alias.name) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and node.level == 0:
            for alias in node.names:
                inner = f"{node.module}.{alias.name}"
                yield where, inner if is_module(inner) else node.module


def is_module(name):
    """Whether a dotted name is a file or folder of ours."""
    place = REPOSITORY.joinpath(*name.split("."))
    return place.with_suffix(".py").is_file() or (place / "__init__.py").is_file()


def path_parts(path):
    """The parts of a file's dotted name."""
    parts = path.removesuffix(".py").split("/")
    return parts[:-1] if parts[-1] == "__init__" and len(parts) > 2 else parts


def floor_of(parts):
    """Number of the floor and the name of the room of a module of ours."""
    room = parts[1] if len(parts) > 1 else "__init__"
    for number, rooms in enumerate(FLOORS[parts[0]]):
        if room in rooms:
            return number, room
    return -1, f"no room of the plan: {room}"  # to be put on a floor


def _wrong_call(call, where, room):
    """What a call does against the rules."""
    name = ast.unparse(call.func)
    if name in NEVER_CALLED:
        yield f"{where} calls {name}"
    later = LATER_THAN_39.get(name.split(".")[-1], set()) if room and room.python39 else set()
    for keyword in call.keywords:
        is_false = isinstance(keyword.value, ast.Constant) and keyword.value.value is False
        if keyword.arg in NEVER_TRUE and not is_false:
            yield f"{where} sets {keyword.arg}"
        if keyword.arg in later:
            yield f"{where} sets {keyword.arg}, which Python 3.9 does not know"


def _imports_by_name(tree, path):
    """Calls that import what no syntax tree tells."""
    for node in ast.walk(tree):
        if isinstance(node, ast.Call) and ast.unparse(node.func) in BY_NAME:
            yield f"{path}:{node.lineno} imports by name"


def _unions_without_future(tree, path):
    """Annotations such as `int | None`, which Python 3.9 runs only where they are deferred."""
    deferred = any(
        isinstance(node, ast.ImportFrom) and node.module == "__future__" for node in tree.body
    )
    for node in ast.walk(tree):
        for annotation in (getattr(node, "annotation", None), getattr(node, "returns", None)):
            if isinstance(annotation, ast.AST) and not deferred:
                for part in ast.walk(annotation):
                    if isinstance(part, ast.BinOp) and isinstance(part.op, ast.BitOr):
                        yield f"{path}:{part.lineno} has a union that Python 3.9 would run"


def our_files():
    """Every Python file of the repository, relative to it."""
    files = (path.relative_to(REPOSITORY) for path in REPOSITORY.rglob("*.py"))
    return sorted(path.as_posix() for path in files if path.parts[0] not in HIDDEN)


def imports_of(path):
    """The files of its own house that a file imports."""
    tree = _as_it_runs(ast.parse((REPOSITORY / path).read_text(encoding="utf-8")))
    found = set()
    for _, name in imported_names(tree, path):
        place = name.replace(".", "/")
        for candidate in (f"{place}.py", f"{place}/__init__.py"):
            if (REPOSITORY / candidate).is_file() and candidate != path:
                found.add(candidate)
    return found


def circle(graph):
    """Files that lead back to themselves; none where what imports nothing can be taken away."""
    left = {name: set(others) & set(graph) for name, others in graph.items()}
    while free := {name for name, others in left.items() if not others}:
        left = {name: others - free for name, others in left.items() if name not in free}
    return sorted(left)
