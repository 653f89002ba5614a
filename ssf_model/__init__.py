"""From mapped fault traces to kinematic efficiency (KE) and off-fault deformation (OFD).

`estimate_ke` goes from lines to windows with KE in one call; `make_traces` or `read_traces`,
`open_models`, `plan_strips` and `estimate_strips` are the same road step by step. More is in the
rooms: `ssf_model.explain`, `ssf_model.compare`, `ssf_model.tables`, `ssf_model.report`.
"""

from __future__ import annotations

import importlib
from typing import TYPE_CHECKING, Any, NoReturn

if TYPE_CHECKING:  # the same names as in `_HOME_OF`, for type checkers and editors
    from ssf_model.errors import InputError, ModelError, SsfError
    from ssf_model.estimate.ensemble import open_models
    from ssf_model.estimate.estimating import StripEstimate, WindowEstimate, estimate_strips
    from ssf_model.estimate.whole_map import estimate_ke
    from ssf_model.faults.traces import Traces, make_traces
    from ssf_model.headless.reading import read_traces
    from ssf_model.network.model import Model, open_model
    from ssf_model.network.model_card import ModelCard
    from ssf_model.options import Options
    from ssf_model.scale import ExperimentScale
    from ssf_model.zones.planning import plan_strips
    from ssf_model.zones.strips import Strip

__version__ = "0.1.0"
__all__ = [
    "ExperimentScale",
    "InputError",
    "Model",
    "ModelCard",
    "ModelError",
    "Options",
    "SsfError",
    "Strip",
    "StripEstimate",
    "Traces",
    "WindowEstimate",
    "estimate_ke",
    "estimate_strips",
    "make_traces",
    "open_model",
    "open_models",
    "plan_strips",
    "read_traces",
]

# Name -> where it is at home. A home is imported when one of its names is first asked for: every
# file of the package runs this one before itself, so importing them here would run in circles,
# and the version must be there without NumPy.
_HOME_OF = {
    "ExperimentScale": "ssf_model.scale",
    "InputError": "ssf_model.errors",
    "Model": "ssf_model.network.model",
    "ModelCard": "ssf_model.network.model_card",
    "ModelError": "ssf_model.errors",
    "Options": "ssf_model.options",
    "SsfError": "ssf_model.errors",
    "Strip": "ssf_model.zones.strips",
    "StripEstimate": "ssf_model.estimate.estimating",
    "Traces": "ssf_model.faults.traces",
    "WindowEstimate": "ssf_model.estimate.estimating",
    "estimate_ke": "ssf_model.estimate.whole_map",
    "estimate_strips": "ssf_model.estimate.estimating",
    "make_traces": "ssf_model.faults.traces",
    "open_model": "ssf_model.network.model",
    "open_models": "ssf_model.estimate.ensemble",
    "plan_strips": "ssf_model.zones.planning",
    "read_traces": "ssf_model.headless.reading",
}
_HEADLESS = "ssf_model.headless."  # QGIS's zip does not have it


if not TYPE_CHECKING:  # with it in sight every name would seem to be there

    def __getattr__(name: str) -> Any:
        """Import a public name's home and give what it is (PEP 562)."""
        if name not in _HOME_OF:
            message = f"module 'ssf_model' has no attribute {name!r}"
            raise AttributeError(message)
        try:
            home = importlib.import_module(_HOME_OF[name])
        except ModuleNotFoundError as error:
            if not _HOME_OF[name].startswith(_HEADLESS):
                raise
            return _stand_in(name, error)
        return getattr(home, name)

    def __dir__() -> list[str]:
        """The public names beside what is loaded."""
        return sorted({*globals(), *_HOME_OF})


def _stand_in(name: str, error: ModuleNotFoundError) -> Any:
    """What says, when it is called, why the function of this name cannot be had.

    So `dir`, `help` and `import *` work where the packages of the extra "headless" are missing.
    """

    def missing(*arguments: Any, **options: Any) -> NoReturn:
        message = (
            f"ssf_model.{name} needs {error.name}, which is not here. Outside QGIS run: pip "
            'install "ssf[headless]"; without files, ssf_model.make_traces takes arrays.'
        )
        raise ModuleNotFoundError(message, name=error.name) from error

    missing.__name__ = name
    return missing
