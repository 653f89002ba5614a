"""Help beside the dialogs, for geologists: what an algorithm does, two pictures, where more is.

What each parameter and output means stands in meanings.py, and shows where the mouse rests on it.
"""

from html import escape

from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

from .addresses import page
from .door import PLUGIN_FOLDER
from .language import tr

PICTURES = PLUGIN_FOLDER / "pictures"

# By algorithm, paragraphs.
TOLD = {
    "estimateke": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Estimates, from the map pattern of active strike-slip faults alone, <b>kinematic "
            "efficiency (KE)</b>: slip carried by faults / total displacement across the zone. "
            "<b>Off-fault deformation (OFD)</b> is 1 - KE. Zones of echelon faults have a low KE, "
            "smooth through-going faults a high one.",
        ),
        QT_TRANSLATE_NOOP(
            "ssf",
            "The traces are drawn into windows of 6.4 km along and 12.8 km across each zone, and a "
            "small neural network that learned from simulated clay-box experiments reads them "
            "(after Chaipornkaew and others, 2022, doi 10.1029/2021GL096854).",
        ),
        QT_TRANSLATE_NOOP(
            "ssf",
            "Needed are the <b>traces</b> alone. A <b>field that names the fault zone</b> is "
            "better than zones that are found. Check the map first, with <i>Check fault traces "
            "before estimating</i>. Rest the mouse on a parameter to read what it means.",
        ),
    ),
    "estimatefromraster": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Estimates kinematic efficiency (KE) of a fault map that is in pixels: a laboratory's, "
            "or a scanned and classified one. Its faults are reduced to their centre lines; these "
            "are estimated exactly as traces are by <i>Estimate kinematic efficiency</i>, whose "
            "help explains KE and the flags.",
        ),
        QT_TRANSLATE_NOOP(
            "ssf", "Look at the <b>lines</b> that were made of the raster before you trust a KE."
        ),
    ),
    "explainke": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Shows what each part of a fault map does to kinematic efficiency (KE): which step, "
            "gap or bend costs efficiency, and which strand carries it. The traces are read as by "
            "<i>Estimate kinematic efficiency</i>, whose help explains KE. Red is less KE on every "
            "layer.",
        ),
        QT_TRANSLATE_NOOP(
            "ssf",
            "Windows whose KE is unknown are not explained. Contributions are defined for networks "
            "that end in one linear map, as the shipped one does; stretches can be had for any. "
            "Both say what the <i>network</i> reads from the map, not what the crust would do if a "
            "fault were not there.",
        ),
    ),
    "comparetraces": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Says how kinematic efficiency (KE) changes from one map of a fault zone to another: "
            "what if a step were linked, a strand were not active, or somebody else's map were "
            "right? Both maps are read in the windows of map A, by the same members of the "
            "ensemble. All parameters but those of map B concern map A; fields with rake, slip "
            "type and dip must be on both.",
        ),
        QT_TRANSLATE_NOOP(
            "ssf",
            "Lines that are reversed, split or drawn with more vertices change nothing. Vertices "
            "every 400 m that are moved at random by 25 m (a quarter of a pixel) changed KE by up "
            "to 0.05: do not read meaning into less. A number in brackets on a window means that "
            "more than one member in twenty sees a change to the other side.",
        ),
    ),
    "makewindows": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Shows how a fault map will be cut: its fault zones, the guide lines fitted to them, "
            "and the windows along these, exactly as <i>Estimate kinematic efficiency</i> lays "
            "them. Nothing is estimated, so it takes seconds.",
        ),
        QT_TRANSLATE_NOOP(
            "ssf",
            "Where a guide line does not follow the zone as a whole, edit it and give the layer "
            "back as <b>guide lines</b>. Where a trace is in the wrong zone, correct the column "
            "zone and give it as <b>zone field</b>.",
        ),
    ),
    "checktraces": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Says what to mend, or to know, in a layer of fault traces before anything is "
            "estimated, and which flag will come where: lines drawn twice, ends that nearly meet, "
            "gaps, zones without trace for more than 2 km, stray pieces, coarse lines, faults that "
            "are not strike-slip, other zones near by. Nothing in your layer is changed.",
        ),
        QT_TRANSLATE_NOOP(
            "ssf",
            "The parameters are those of an estimate; they decide which flags come. The log sums "
            "up.",
        ),
    ),
    "modelinfo": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Shows the card that every model of ssf carries: what it was trained on, how well it "
            "does on experiments that it never saw, how far its interval can be trusted, and at "
            "which scale it reads. The page opens in the Results Viewer; the log has the main "
            "facts.",
        ),
    ),
    "profileplot": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Plots kinematic efficiency (KE, left axis) and off-fault deformation (OFD, right "
            "axis) along the strike of each fault zone, from a layer of windows that <i>Estimate "
            "kinematic efficiency</i> wrote. The plots open in the Results Viewer.",
        ),
    ),
    "joinke": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Gives every point or line of a layer, such as displacement measurements, other "
            "people's traces or cities, the kinematic efficiency (KE) of the windows in which it "
            "lies.",
        ),
        QT_TRANSLATE_NOOP(
            "ssf",
            "A place in several windows belongs to the zone whose middle line is nearest, and "
            "there to the window whose middle is nearest along strike. A line is asked every 100 "
            "m.",
        ),
    ),
    "rasterizetraces": (
        QT_TRANSLATE_NOOP(
            "ssf",
            "Draws fault traces into strips as the network sees lines as mapped: one GeoTIFF a "
            "strip, 1 on a trace and 0 elsewhere, columns along the fault zone and rows across it, "
            "so rotated on the map. Strips that <i>Estimate kinematic efficiency</i> generalizes "
            "look different to the network.",
        ),
        QT_TRANSLATE_NOOP(
            "ssf",
            "Use it to check which traces fall into a window, or to read the maps with other "
            "programs.",
        ),
    ),
}
# By algorithm, a file in the folder of pictures and what it shows.
SHOWN = {
    "estimateke": (
        (
            "low_and_high.png",
            QT_TRANSLATE_NOOP(
                "ssf", "Echelon faults: a low KE. A fault that goes through: a high one."
            ),
        ),
        (
            "good_and_bad.png",
            QT_TRANSLATE_NOOP(
                "ssf", "A window that can be read, and one whose fault zone ends in it: no KE."
            ),
        ),
    ),
}
WITH_FLAGS = ("estimateke", "checktraces")  # whose results carry them
LIMITS = QT_TRANSLATE_NOOP(
    "ssf",
    "KE here is a screening estimate learned from one analogue material (wet kaolin), not an input "
    "to hazard analysis. Rank fault segments with it, and check against field data.",
)
# Pages of the site that every help leads to, and what they are.
PAGES = (
    ("tutorial.html", QT_TRANSLATE_NOOP("ssf", "tutorial")),
    ("good-and-bad-windows.html", QT_TRANSLATE_NOOP("ssf", "good and bad windows")),
    ("digitizing.html", QT_TRANSLATE_NOOP("ssf", "how to digitize")),
    ("reference/fields.html", QT_TRANSLATE_NOOP("ssf", "columns")),
    ("method.html", QT_TRANSLATE_NOOP("ssf", "method")),
    ("limits.html", QT_TRANSLATE_NOOP("ssf", "limits")),
)


def help_page(name):
    """Address of an algorithm's own place in the reference."""
    return page(f"reference/algorithms.html#ssf{name}")


def short_help(name):
    """Help of an algorithm as HTML in one line: QGIS would make a paragraph of each."""
    from ssf_model.estimate.flags import LEGEND

    parts = [f"<p>{tr(text)}</p>" for text in TOLD[name]]
    for file, caption in SHOWN.get(name, ()):
        parts.append(f'<p><img src="{(PICTURES / file).as_uri()}"><br><i>{tr(caption)}</i></p>')
    if name in WITH_FLAGS:
        rows = (f"<li><b>{flag}</b>: {escape(tr(text))}</li>" for flag, text in LEGEND.items())
        parts.append(f"<h3>{tr('Flags: when to look twice')}</h3><ul>{''.join(rows)}</ul>")
    parts.append(f"<p>{tr(LIMITS)}</p>")
    own = f'<a href="{help_page(name)}">{tr("every parameter and output")}</a>'
    links = [own, *(f'<a href="{page(file)}">{tr(text)}</a>' for file, text in PAGES)]
    parts.append(f"<p>{tr('More')}: {', '.join(links)}.</p>")
    return "".join(parts)
