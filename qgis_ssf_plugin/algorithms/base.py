"""What the algorithms share: how QGIS lists them, what they check, how errors reach the user."""

import datetime

from qgis.core import QgsProcessingAlgorithm, QgsProcessingException
from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP
from qgis.PyQt.QtGui import QIcon

from ssf_model.errors import SsfError

from ..door import PLUGIN_FOLDER
from ..parameters import GUIDES, HELP_URL, PLANNING_SHARE, TRACES, check_maps, tr, trace_source
from ..sinks import check_outputs


class FaultMapAlgorithm(QgsProcessingAlgorithm):
    """One algorithm on fault maps; each says in its own attributes what it is.

    Its texts are written out as `QT_TRANSLATE_NOOP("ssf", "...")`, where Qt's lupdate finds them,
    and are translated when they are shown.
    """

    NAME = ""  # part of the id; never changes
    TITLE = ""
    HELP = ""
    TAGS = ()  # words that find it
    GROUP = QT_TRANSLATE_NOOP("ssf", "Fault maps")
    MAPS = (TRACES,)  # layers of traces

    run_title = None  # of a run under way: heading of its layers

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
        return "faultmaps"

    def tags(self):
        """Words that find the algorithm."""
        return list(self.TAGS)

    def shortHelpString(self):
        """Help beside the dialog."""
        return self.HELP

    def helpUrl(self):
        """Where there is more."""
        return HELP_URL

    def icon(self):
        """The plugin's."""
        return QIcon(str(PLUGIN_FOLDER / "icon.svg"))

    def createInstance(self):
        """A fresh one for each run."""
        return type(self)()

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
            return self.results(parameters, context, feedback)
        except (SsfError, OSError) as error:
            raise QgsProcessingException(str(error)) from error

    def _title_of_run(self, parameters, context):
        """What tells this run's layers from those of another: source and time."""
        source = trace_source(self, parameters, context, key=self.MAPS[0])
        now = datetime.datetime.now().strftime("%Y-%m-%d %H:%M:%S")
        return f"ssf: {source.sourceName()}, {now}"

    def check(self, parameters, context):
        """Refuse parameters that cannot be used (InputError); to be added to."""
        check_maps(self, parameters, context, keys=(*self.MAPS, GUIDES))
        check_outputs(self, parameters, context)

    def results(self, parameters, context, feedback):
        """Do the work and then write, so that an error leaves nothing behind: outputs by key."""
        raise NotImplementedError


def followed(items, total, feedback):
    """Pass on what is worked out one by one, which is the progress from `PLANNING_SHARE` on."""
    for done, item in enumerate(items, start=1):
        yield item
        feedback.setProgress(PLANNING_SHARE + (100 - PLANNING_SHARE) * done / max(1, total))
        if feedback.isCanceled():
            return
