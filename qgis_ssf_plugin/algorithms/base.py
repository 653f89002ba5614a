"""What the algorithms share: how QGIS lists them, what they check, how errors reach the user.

QGIS loads all algorithms at every start, used or not. So what only a run needs, most of
`ssf_model`, is imported in the functions that need it.
"""

import datetime
import time

from qgis.core import (
    QgsProcessingAlgorithm,
    QgsProcessingException,
    QgsProcessingOutputHtml,
)
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP
from qgis.PyQt.QtGui import QIcon

from ssf_model.errors import SsfError, in_words

from ..door import PLUGIN_FOLDER
from ..help import help_page, short_help
from ..language import counted, tr
from ..meanings import meaning
from ..parameters import (
    GUIDES,
    PLANNING_SHARE,
    TRACES,
    check_choices,
    check_maps,
    check_numbers,
    trace_source,
)

WORDS = ("fault", "strike-slip", "rupture", "earthquake", "lineament", "tectonics", "geology")
NETWORK_WORDS = (
    "neural network",
    "CNN",
    "onnx",
    "deep learning",
    "kinematic efficiency",
    "KE",
    "OFD",
)
TELL_AFTER_S = 2.0  # how long to watch the work before saying how long all of it will take
WORTH_TELLING_S = 10.0


class FaultMapAlgorithm(QgsProcessingAlgorithm):
    """One algorithm on fault maps; each says in its own attributes what it is.

    Its texts are written out as `QT_TRANSLATE_NOOP("ssf", "...")`, where Qt's lupdate finds them,
    and are translated when they are shown.
    """

    NAME = ""  # part of the id; never changes
    TITLE = ""
    TAGS = ()  # words that find it, besides those that find all
    GROUP = QT_TRANSLATE_NOOP("ssf", "Fault maps")
    GROUP_ID = "faultmaps"
    MAPS = (TRACES,)  # layers of traces
    NAMED_AFTER = None  # the layer that the group of results is named after; the first map else

    run_title = None  # of a run under way: heading of its layers
    made_page = False  # whether the last run of it gave something for the Results Viewer
    _made_by = None  # the instance that QGIS asked for this one, to run it

    def name(self):
        """Part of the id."""
        return self.NAME

    def displayName(self):
        """Name in the toolbox."""
        return tr(self.TITLE)

    def group(self):
        """Heading in the toolbox."""
        return tr(self.GROUP)

    def groupId(self):
        """Id of the heading."""
        return self.GROUP_ID

    def tags(self):
        """Words that find the algorithm."""
        return [*WORDS, *NETWORK_WORDS, *self.TAGS]

    def shortHelpString(self):
        """Help beside the dialog."""
        return short_help(self.NAME)

    def helpUrl(self):
        """Where there is more."""
        return help_page(self.NAME)

    def icon(self):
        """The plugin's."""
        return QIcon(str(PLUGIN_FOLDER / "icon.svg"))

    def createInstance(self):
        """A fresh one for each run."""
        fresh = type(self)()
        fresh._made_by = self
        return fresh

    def hasHtmlOutputs(self):
        """Whether QGIS's dialog is to say that there is a page: it would where one could be."""
        return self.made_page

    def addParameter(self, definition, createOutput=True):
        """Declare a parameter, with what it means, which its tooltip shows."""
        definition.setHelp(tr(meaning(self.NAME, definition.name())))
        return super().addParameter(definition, createOutput)

    def checkParameterValues(self, parameters, context):
        """What can be refused without a run."""
        try:
            self.check(parameters, context)
        except SsfError as error:
            return False, str(error)
        return super().checkParameterValues(parameters, context)

    def processAlgorithm(self, parameters, context, feedback):
        """Check again, since qgis_process 3.22 runs what was not checked, and do the work."""
        for key in self.MAPS:
            trace_source(self, parameters, context, key=key)
        self.run_title = self._title_of_run(parameters, context)
        try:
            self.check(parameters, context)
            results = self.results(parameters, context, feedback)
        except (SsfError, OSError) as error:
            raise QgsProcessingException(in_words(error)) from error
        if self._made_by is not None:
            self._made_by.made_page = any(
                isinstance(output, QgsProcessingOutputHtml) and results.get(output.name())
                for output in self.outputDefinitions()
            )
        return results

    def _title_of_run(self, parameters, context):
        """What tells this run's layers from those of another: source and time."""
        key = self.NAMED_AFTER or next(iter(self.MAPS), None)
        if key is None:
            return None
        source = trace_source(self, parameters, context, key=key)
        now = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
        return f"ssf: {source.sourceName()}, {now}"

    def check(self, parameters, context):
        """Refuse parameters that cannot be used (InputError); to be added to."""
        from ..apart import check_outputs

        check_choices(self, parameters)
        check_numbers(self, parameters)
        check_maps(self, parameters, context, keys=(*self.MAPS, GUIDES))
        check_outputs(self, parameters, context)

    def results(self, parameters, context, feedback):
        """Do the work and then write, so that an error leaves nothing behind: outputs by key."""
        raise NotImplementedError


def followed(items, strips, feedback, *, clock=time.monotonic):
    """Pass on what is worked out strip by strip, which is the progress from `PLANNING_SHARE` on.

    Says how long it will take, once it can be known.
    """
    begun, told, windows = clock(), False, 0
    total = max(1, sum(strip.n_windows for strip in strips))
    for item, strip in zip(items, strips):
        yield item
        windows += strip.n_windows
        feedback.setProgress(PLANNING_SHARE + (100 - PLANNING_SHARE) * windows / total)
        if feedback.isCanceled():
            return
        so_far_s = clock() - begun
        left_s = so_far_s * (total - windows) / windows
        if not told and so_far_s >= TELL_AFTER_S and left_s >= WORTH_TELLING_S:
            told = True
            one = tr("{count} window of {total} took {so_far}; the others will take about {left}.")
            many = tr(
                "{count} windows of {total} took {so_far}; the others will take about {left}."
            )
            times = {"so_far": _time(so_far_s), "left": _time(left_s)}
            feedback.pushInfo(counted(windows, one, many, total=total, **times))


def _time(seconds):
    """A length of time in words."""
    if seconds < 90:
        return tr("{count:.0f} s").format(count=seconds)
    return tr("{count:.0f} min").format(count=seconds / 60)
