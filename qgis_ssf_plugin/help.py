"""Help texts of the algorithms, for geologists."""

from html import escape

from ssf_model.check.finding import KINDS
from ssf_model.estimate.flags import LEGEND
from ssf_model.scale import ExperimentScale
from ssf_model.tables.check_table import FINDING_FIELDS, FORESEEN_FIELDS
from ssf_model.tables.comparisons import COMPARISON_FIELDS
from ssf_model.tables.estimates import WINDOW_FIELDS
from ssf_model.tables.explanations import COLUMN_FIELDS, CONTRIBUTION_FIELDS, STRETCH_FIELDS
from ssf_model.tables.join_table import JOIN_FIELDS
from ssf_model.tables.plan import GUIDE_FIELDS, PLAN_WINDOW_FIELDS
from ssf_model.tables.ribbon import RIBBON_FIELDS

_SCALE = ExperimentScale()
_LENGTH_KM, _WIDTH_KM = _SCALE.window_length_m / 1000, _SCALE.window_width_m / 1000

_MAP_PARAMETERS = """
<h3>What to give</h3>
<p><b>Traces</b>: active strike-slip fault traces as lines, in any coordinate reference system
that can be placed on Earth. Multipart lines, curves and selections work; points, empty and
broken features are skipped with a count. Dip-slip faults, folds and inferred traces do not belong
in the layer.</p>
<p><b>Zone field</b>: traces with the same value belong to one fault zone. Without it, and for
traces without a value, zones are found from gaps and directions. A field that only names such
zones can be given beside it (advanced).</p>
<p><b>Guide lines</b>: one smooth line along each fault zone. Strips follow it. It must follow
the zone as a whole, never each trace: bends and steps are what the network reads.</p>
<p><b>Trend</b>: one azimuth for all zones. With neither, the long-wavelength trend of the
traces is fitted.</p>
"""

_LIMITS = """
<p><b>What it is not</b>: KE here is a screening estimate learned from one analogue material
(wet kaolin, 2.5 cm thick). It is not an input to hazard analysis. Rank fault segments with it,
and check against field data.</p>
"""


def _rows(entries):
    """Names and meanings as an HTML list."""
    return "".join(f"<li><b>{escape(name)}</b>: {escape(text)}</li>" for name, text in entries)


def _one_line(html):
    """HTML without line breaks, each of which QGIS would show as a new paragraph."""
    return " ".join(html.split())


ESTIMATE_HELP = _one_line(f"""
<p>Estimates, from the map pattern of active strike-slip faults alone, how much of the
displacement across a fault zone is slip on its faults.</p>
<p><b>Kinematic efficiency (KE)</b> = slip carried by faults / total displacement across the
zone, from 0 (all deformation is distributed) to 1 (all is fault slip). <b>Off-fault deformation
(OFD)</b> = 1 - KE. Young zones of echelon faults have a low KE, smooth through-going faults a
high one.</p>
<p>The traces are drawn into windows of {_LENGTH_KM:g} km along and {_WIDTH_KM:g} km across each
zone (with the shipped model), and a small convolutional neural network reads them (after
Chaipornkaew and others, 2022, Geophys. Res. Lett. 49, doi 10.1029/2021GL096854). The
shipped model learned from simulated clay-box experiments, 1 cm of clay standing for 1 km of
crust.</p>
{_MAP_PARAMETERS}
<p><b>Sense of slip</b> (advanced): the experiments are dextral; a sinistral map is mirrored before
it is read. That changes nothing with the shipped model, which answers mirror images alike, nor
where all four mirrored copies are read: then a wrong sense does no harm. It counts with other
models and with mirrored copies "none". With "auto" each strip is read in the sense of most of its
trace length, which a field must tell.</p>
<p><b>Fields with rake, slip type, dip</b> (advanced): how each trace slips. Windows with much
that is not strike-slip are flagged; where nearly all is normal or reverse there is no KE. The
rake decides, then the slip type ("dextral", "Left-lateral", "normal" ...), then the dip, which
alone makes strike-slip doubtful where it is gentle. What cannot be understood counts as unknown
and is listed in the log; a text file with lines such as "word = dextral" says what words of your
own mean.</p>
<p><b>Models</b>: ONNX files made by ssf's training package. With several, the estimate is the
median of all, and their disagreement is part of the spread.</p>
<p><b>Line thicknesses, mirrored copies</b> (advanced): the ensemble over which median and
spread are taken; models that answer mirror images alike are asked for none. <b>Pixel size</b>
(advanced): metres of crust for a pixel.</p>
<p><b>Generalize lines</b> (advanced): where a map is denser than any experiment, as ruptures
mapped to the metre are, its lines are first reduced to what a camera of the experiments would
see; otherwise KE would be NULL there. "Never" leaves it NULL, "always" does it everywhere. The
output "Generalized lines" shows them.</p>
<h3>What comes out</h3>
<p>Windows, as polygons in the traces' CRS, with these attributes:</p>
<ul>{_rows((field.name, field.meaning) for field in WINDOW_FIELDS)}</ul>
<p>Traces, with their own attributes and the length-weighted estimates of the windows that they
pass.</p>
<p><b>Ribbon</b>: the zones' guide lines in stretches, each with the KE of the window nearest along
the zone; for maps of a whole region.</p>
<ul>{_rows((field.name, field.meaning) for field in RIBBON_FIELDS)}</ul>
<h3>Flags: when to look twice</h3>
<ul>{_rows(LEGEND.items())}</ul>
{_LIMITS}
""")

RASTERIZE_HELP = _one_line(f"""
<p>Draws fault traces into strips, exactly as the network sees them: one GeoTIFF a strip, 1 on a
trace and 0 elsewhere. Columns run along the fault zone, rows across it, so the rasters are
rotated on the map. Lines are drawn as mapped: those of strips that "Estimate kinematic efficiency"
generalizes look different to the network.</p>
<p>Use it to check which traces fall into a window, or to read the maps with other programs.</p>
{_MAP_PARAMETERS}
<p><b>Line thicknesses</b>: widths of the drawn lines, a band each; the estimates use 2,3,4. Opened
by hand, several bands show as colours. <b>Pixel size</b> (advanced): metres of crust for a pixel,
{_SCALE.pixel_size_m:g} m if not
given.</p>
<p><b>Outlines of the strips</b>: a polygon each, with the name of its GeoTIFF. <b>Load the
GeoTIFFs</b>: off, since a map may have thousands; where they are loaded, lines are dark and the
rest is clear.</p>
<p><b>Folder</b>: where the GeoTIFFs go, named by zone and strip. Files that exist are not
overwritten: the run is refused.</p>
{_LIMITS}
""")

EXPLAIN_HELP = _one_line(f"""
<p>Shows what each part of a fault map does to kinematic efficiency (KE): which step, gap or
bend costs efficiency, and which strand carries it. The traces are read as by "Estimate kinematic
efficiency", whose help explains KE.</p>
{_MAP_PARAMETERS}
<p><b>Length of stretches</b>: the traces are divided into stretches of about this length along
strike; each is taken away in turn, and the windows that hold it are read again. Strands beside
each other are stretches of their own. From two pixels to a window's length.</p>
<p>All other parameters: as for "Estimate kinematic efficiency".</p>
<h3>What comes out</h3>
<p><b>Contributions</b>: the shipped network's answer is a sum over cells of 400 m. Blue cells
add to KE, red ones take away from it; a window without faults (said to be drawn as finely, if
the model is told that) is the zero.</p>
<ul>{_rows((field.name, field.meaning) for field in CONTRIBUTION_FIELDS)}</ul>
<p><b>Columns</b>: the cells summed across strike, held against one straight fault through the
window at the mean height of its traces. Red columns are where KE is lost: look there for a step, a
gap, a bend or a splay.</p>
<ul>{_rows((field.name, field.meaning) for field in COLUMN_FIELDS)}</ul>
<p><b>Stretches</b>: blue and thick where the stretch carries KE, which falls without it; red where
it costs KE, which rises without it; grey dots where it cannot be known. Red is less KE on every
layer.</p>
<ul>{_rows((field.name, field.meaning) for field in STRETCH_FIELDS)}</ul>
<p>Windows whose KE is unknown are not explained. Contributions are defined for networks that end
in one linear map, as all do that ssf's training package exports from the study's architecture;
stretches can be had for any model. Both say what the <i>network</i> reads from the map, not what
the crust would do if a fault were not there.</p>
{_LIMITS}
""")

COMPARE_HELP = _one_line(f"""
<p>Says how kinematic efficiency (KE) changes from one map of a fault zone to another: what if
a step were linked, a strand were not active, or somebody else's map were right? Windows are
those of map A ("Estimate kinematic efficiency" explains KE); in each of them both maps are read
by the same members of the ensemble, and what a member owes to its line thickness, mirror image or
place falls out of its difference.</p>
{_MAP_PARAMETERS}
<p>All of this concerns map A. <b>Map B</b>: the same faults as somebody else maps them, in any
coordinate reference system; most simply a copy of map A that you edited. Lines that you leave as
they are stay in their zone; others join the zone whose traces are nearest. Lines more than 2 km
from every trace of map A are left out, as are zones that map A does not have; the log counts
them.</p>
<p><b>Field of map B</b>: with it, zones of the same name are the same. <b>Rake, slip type and
dip</b> (advanced): fields of these names must be on both maps.</p>
<p>All other parameters: as for "Estimate kinematic efficiency".</p>
<h3>What comes out</h3>
<p>Windows, as polygons in the CRS of map A: blue where KE rises from A to B, red where it falls.
A number in brackets means that more than one member in twenty sees a change to the other side.
Dashed windows have flags on one of the maps.</p>
<ul>{_rows((field.name, field.meaning) for field in COMPARISON_FIELDS)}</ul>
<p>Lines that are reversed, split or drawn with more vertices change nothing. Vertices every
400 m that are moved at random by 25 m (a quarter of a pixel) changed KE by up to 0.05: do not
read meaning into less.</p>
{_LIMITS}
""")

WINDOWS_HELP = _one_line(f"""
<p>Shows how a fault map will be cut: its fault zones, the guide lines fitted to them, and the
windows of {_LENGTH_KM:g} by {_WIDTH_KM:g} km along these, exactly as "Estimate kinematic
efficiency" lays them. Nothing is estimated, so it takes seconds.</p>
{_MAP_PARAMETERS}
<p><b>Pixel size</b> (advanced): metres of crust for a pixel; a window is 64 by 128 pixels.</p>
<h3>What comes out</h3>
<p><b>Guide lines</b>: edit them where they do not follow the zone as a whole, join or split them,
and give them back as "Guide lines" of an estimate; each line is then a zone.</p>
<ul>{_rows((field.name, field.meaning) for field in GUIDE_FIELDS)}</ul>
<p><b>Windows</b> and, on demand, the outlines of the strips that hold up to five of them.</p>
<ul>{_rows((field.name, field.meaning) for field in PLAN_WINDOW_FIELDS)}</ul>
<p><b>Traces with their zones</b>: correct the column "zone" where you know better, and give it as
zone field.</p>
{_LIMITS}
""")

CHECK_HELP = _one_line(f"""
<p>Says what to mend, or to know, in a layer of fault traces before anything is estimated, and
which flag will come where. Nothing in your layer is changed.</p>
{_MAP_PARAMETERS}
<p>All other parameters: as for "Estimate kinematic efficiency"; they decide which flags come.</p>
<h3>What is looked for</h3>
<ul>{_rows(KINDS.items())}</ul>
<h3>What comes out</h3>
<p><b>Places</b> and <b>lines to look at</b>:</p>
<ul>{_rows((field.name, field.meaning) for field in FINDING_FIELDS)}</ul>
<p><b>Flags to come</b>: the windows of an estimate, without a KE. The help of "Estimate kinematic
efficiency" explains every flag.</p>
<ul>{_rows((field.name, field.meaning) for field in FORESEEN_FIELDS)}</ul>
<p>The log sums up.</p>
{_LIMITS}
""")

MODEL_HELP = _one_line(f"""
<p>Shows the card that every model of ssf carries: what it was trained on, how well it does on
experiments that it never saw, how far its interval can be trusted, and at which scale it reads. The
page opens in the Results Viewer; the log has the main facts.</p>
<p><b>Models</b>: ONNX files made by ssf's training package; the shipped model if none is given.
<b>Engine</b> (advanced): what would run them here.</p>
<h3>What comes out</h3>
<p><b>Page</b>: readable, in one HTML file. For scripts: name and version, size of a pixel, and the
card as JSON.</p>
{_LIMITS}
""")

PLOT_HELP = _one_line(f"""
<p>Plots kinematic efficiency (KE, left axis) and off-fault deformation (OFD, right axis) along the
strike of each fault zone, from a layer of windows that "Estimate kinematic efficiency" wrote. The
plots open in the Results Viewer.</p>
<p><b>Windows</b>: the layer, or a selection of it. It needs the columns zone, along_km and ke;
intervals and flags are drawn where it has them.</p>
<p><b>Zones to plot</b>: names as in the column zone; without them the 20 longest.</p>
{_LIMITS}
""")

JOIN_HELP = _one_line(f"""
<p>Gives every point or line of a layer, such as displacement measurements, other people's traces
or cities, the kinematic efficiency (KE) of the windows in which it lies.</p>
<p><b>Windows</b>: a layer that "Estimate kinematic efficiency" wrote, or a selection of it.
<b>Points or lines</b>: in any coordinate reference system; they keep their own columns.</p>
<p>A place in several windows belongs to the zone whose middle line is nearest, and there to the
window whose middle is nearest along strike. A line is asked every 100 m; its KE is the mean by
length.</p>
<h3>What comes out</h3>
<ul>{_rows((field.name, field.meaning) for field in JOIN_FIELDS)}</ul>
{_LIMITS}
""")

RASTER_HELP = _one_line(f"""
<p>Estimates kinematic efficiency (KE) of a fault map that is in pixels: a laboratory's, or a
scanned and classified one. Its faults, which may be several pixels wide, are reduced to their
centre lines; these are estimated exactly as traces are by "Estimate kinematic efficiency", whose
help explains KE, windows and flags.</p>
<p><b>Raster</b>: faults have one value, or all values but 0; what the raster calls "no data" is no
fault. <b>Side of a raster pixel</b>: only for rasters without a coordinate reference system, such
as photographs of an experiment; 1 cm of clay stands for 1 km of crust. Results then lie around
longitude and latitude 0.</p>
<p><b>Guide lines</b>, <b>trend</b> and all else: as there.</p>
<h3>What comes out</h3>
<p><b>Windows</b>, and the <b>lines</b> that were made of the raster; look at them first.</p>
{_LIMITS}
""")
