"""What every parameter and output means: tooltips of the dialogs, and the reference."""

from qgis.PyQt.QtCore import QT_TRANSLATE_NOOP

# By key; where algorithms mean different things by one key, by algorithm and key.
MEANINGS = {
    "TRACES": QT_TRANSLATE_NOOP(
        "ssf",
        "Lines of active strike-slip faults, in any coordinate reference system that can be placed "
        "on Earth. Multipart lines, curves and selections work; points, empty and broken features "
        "are skipped with a count. Leave out dip-slip faults, folds, joints and cross faults.",
    ),
    "ZONE_FIELD": QT_TRANSLATE_NOOP(
        "ssf",
        "Traces with the same value are one fault zone. Without it, and for traces without a "
        "value, zones are found from gaps and directions.",
    ),
    "GUIDES": QT_TRANSLATE_NOOP(
        "ssf",
        "One smooth line along each fault zone, which windows follow; each line is a zone. It must "
        "follow the zone as a whole, never each trace: bends and steps are what the network reads. "
        "Without them guide lines are fitted.",
    ),
    "TREND": QT_TRANSLATE_NOOP(
        "ssf", "One azimuth for all zones, in place of guide lines; windows are laid along it."
    ),
    "ZONE_LABEL": QT_TRANSLATE_NOOP(
        "ssf",
        "Zones are found from gaps and directions, and each is called by the value of this field "
        "that most of its labelled length has.",
    ),
    "STRICT": QT_TRANSLATE_NOOP(
        "ssf",
        "Features without a trace, and words and numbers that cannot be understood, are skipped or "
        "unknown, with counts in the log. Switched on, the first such case ends the run.",
    ),
    "MODEL": QT_TRANSLATE_NOOP(
        "ssf",
        "ONNX files made by ssf's training package; the shipped model if none is given. Of several "
        "the median counts, and their disagreement is part of the spread.",
    ),
    "PIXEL_SIZE": QT_TRANSLATE_NOOP(
        "ssf",
        "Metres of crust for a pixel. A window is 64 pixels along and 128 across the zone, and 1 "
        "cm of clay is 10 pixels.",
    ),
    "OTHER_PIXEL_SIZES": QT_TRANSLATE_NOOP(
        "ssf",
        "Each window is also read around the same middle at these sizes, since the scale of the "
        "experiment is known to a factor of two only. There is no interval then.",
    ),
    "THICKNESS": QT_TRANSLATE_NOOP(
        "ssf",
        "Each window is drawn with lines of each of these widths; more members of the ensemble. "
        "There is no interval but for the model's own widths.",
    ),
    "SHIFT": QT_TRANSLATE_NOOP(
        "ssf",
        "Each window is also read moved by so much forth and back along strike and to both sides, "
        "since nobody can tell where exactly a window ought to begin.",
    ),
    "SENSE": QT_TRANSLATE_NOOP(
        "ssf",
        "The experiments are dextral; a sinistral map is mirrored before it is read. That changes "
        "nothing with the shipped model, which answers mirror images alike, nor where all four "
        "mirrored copies are read. With auto each strip is read in the sense of most of its trace "
        "length, which a field must tell.",
    ),
    "FLIPS": QT_TRANSLATE_NOOP(
        "ssf",
        "Each window is also read mirrored along strike, across it, and both. Auto does so only "
        "for models that do not answer mirror images alike.",
    ),
    "GENERALIZE": QT_TRANSLATE_NOOP(
        "ssf",
        "A map denser than any experiment, as ruptures mapped to the metre are, is first reduced "
        "to what a camera of the experiments would see. Never leaves KE NULL there, always does it "
        "everywhere.",
    ),
    "ENGINE": QT_TRANSLATE_NOOP(
        "ssf",
        "onnxruntime, or the NumPy engine that comes with the plugin; their estimates are the "
        "same. Auto says why, where onnxruntime is there and does not work.",
    ),
    "RAKE_FIELD": QT_TRANSLATE_NOOP(
        "ssf",
        "Direction of slip after Aki and Richards. It decides before slip type and dip. Windows "
        "with much that is not strike-slip are flagged; where nearly all is normal or reverse KE "
        "is NULL.",
    ),
    "SLIP_TYPE_FIELD": QT_TRANSLATE_NOOP(
        "ssf",
        "Words or codes such as dextral, Left-lateral or N, in eight languages; read where there "
        "is no rake. What cannot be understood is unknown, and listed in the log.",
    ),
    "DIP_FIELD": QT_TRANSLATE_NOOP(
        "ssf",
        "Read where there is neither rake nor slip type: below 65 degrees strike-slip is doubtful, "
        "and the window is flagged.",
    ),
    "SLIP_WORDS": QT_TRANSLATE_NOOP(
        "ssf",
        "A text file in UTF-8 that says what words of your own mean, a line each, such as "
        '"kuzey tipi = dextral". They go before those that ssf knows.',
    ),
    "WINDOWS": QT_TRANSLATE_NOOP(
        "ssf",
        "Polygons of 6.4 km along and 12.8 km across the zone (with the shipped model), each with "
        "KE, OFD, interval, spread and flags.",
    ),
    "TRACES_OUT": QT_TRANSLATE_NOOP(
        "ssf",
        "The traces with their own attributes and the KE of the windows that they pass, weighted "
        "by length.",
    ),
    "RIBBON": QT_TRANSLATE_NOOP(
        "ssf",
        "The zones' guide lines in stretches, each with the KE of the window nearest along the "
        "zone; for maps of a whole region.",
    ),
    "ZONES": QT_TRANSLATE_NOOP(
        "ssf", "A table with mean, median and range of KE, share of flagged windows, and flags."
    ),
    "REPORT": QT_TRANSLATE_NOOP(
        "ssf", "One HTML file that needs no other file and no network, to pass on."
    ),
    "PROFILE": QT_TRANSLATE_NOOP(
        "ssf", "A table of KE and OFD along the strike of each zone, a row a window."
    ),
    "FIGURE": QT_TRANSLATE_NOOP(
        "ssf", "A PNG or SVG file of the longest zone that has a KE, or of the zones named."
    ),
    "FIGURE_PAGE": QT_TRANSLATE_NOOP("ssf", "A page with the figure, for the Results Viewer."),
    "SHOW_ZONES": QT_TRANSLATE_NOOP(
        "ssf", "Names as in the column zone. Without them the longest zones are drawn."
    ),
    "MEMBERS": QT_TRANSLATE_NOOP(
        "ssf", "A table of what each model answered to each drawing of each window."
    ),
    "GENERALIZED": QT_TRANSLATE_NOOP(
        "ssf", "The lines of which dense strips were drawn; empty where none was too dense."
    ),
    "MEAN_KE": QT_TRANSLATE_NOOP(
        "ssf", "Mean of all windows that have a KE, each of the same weight; empty if none has."
    ),
    "N_WINDOWS": QT_TRANSLATE_NOOP("ssf", "How many windows there are, with or without KE."),
    "STRETCH": QT_TRANSLATE_NOOP(
        "ssf",
        "Traces are divided into stretches of about this length along strike; each is taken away "
        "in turn, and the windows that hold it are read again. From two pixels to a window's "
        "length.",
    ),
    "CONTRIBUTIONS": QT_TRANSLATE_NOOP(
        "ssf",
        "Cells of 400 m, each with what it adds to the network's answer to a window without "
        "faults; blue adds to KE, red takes away from it.",
    ),
    "COLUMNS": QT_TRANSLATE_NOOP(
        "ssf",
        "Cells summed across strike, held against one straight fault through the window. Red "
        "columns are where KE is lost: look there for a step, a gap, a bend or a splay.",
    ),
    "STRETCHES": QT_TRANSLATE_NOOP(
        "ssf",
        "Stretches of trace with the KE of their windows without them; blue ones carry KE, red "
        "ones cost it, and for grey ones it cannot be known.",
    ),
    "MOST_LOST": QT_TRANSLATE_NOOP(
        "ssf", "The most that all columns of one window together fall short of a straight fault."
    ),
    "TRACES_B": QT_TRANSLATE_NOOP(
        "ssf",
        "The same faults as somebody else maps them, in any coordinate reference system, or a copy "
        "of map A that you edited. Lines more than 2 km from every trace of map A are left out, "
        "with a count.",
    ),
    "ZONE_FIELD_B": QT_TRANSLATE_NOOP(
        "ssf", "With a zone field on each map, zones of the same name are the same."
    ),
    "MEAN_CHANGE": QT_TRANSLATE_NOOP(
        "ssf", "Mean change of KE from map A to map B over the windows that have it."
    ),
    "N_COMPARED": QT_TRANSLATE_NOOP("ssf", "How many windows have a KE on both maps."),
    "POINTS": QT_TRANSLATE_NOOP(
        "ssf",
        "Ends that nearly meet another line, gaps between lines that run towards each other, "
        "stretches of a zone without trace, and windows that hold traces of another zone, each "
        "with what to do.",
    ),
    "LINES": QT_TRANSLATE_NOOP(
        "ssf",
        "Lines that are drawn twice, stray, coarse or not strike-slip, each with what to do.",
    ),
    "N_FINDINGS": QT_TRANSLATE_NOOP("ssf", "How many places and lines there are to look at."),
    "SUMMARY": QT_TRANSLATE_NOOP("ssf", "The findings and flags in words, as in the log."),
    "GUIDES_OUT": QT_TRANSLATE_NOOP(
        "ssf",
        "The fitted guide lines. Edit them where they do not follow the zone as a whole, join or "
        "split them, and give them back as guide lines.",
    ),
    "STRIPS": QT_TRANSLATE_NOOP(
        "ssf", "Straight frames of up to five windows, as the laboratory's box is one."
    ),
    "N_ZONES": QT_TRANSLATE_NOOP("ssf", "How many guide lines there are, at least one a zone."),
    "RASTER": QT_TRANSLATE_NOOP(
        "ssf",
        "A fault map that is in pixels: a laboratory's, or a scanned and classified one. Faults "
        "may be several pixels wide; they are reduced to their centre lines.",
    ),
    "BAND": QT_TRANSLATE_NOOP("ssf", "The band of the raster that holds the faults."),
    "VALUE": QT_TRANSLATE_NOOP(
        "ssf", "The value of fault pixels. Without it all but 0 and the raster's no-data are fault."
    ),
    "GROUND_PIXEL": QT_TRANSLATE_NOOP(
        "ssf",
        "Only for rasters without a coordinate reference system, such as photographs of an "
        "experiment; 1 cm of clay stands for 1 km of crust. Results then lie around longitude and "
        "latitude 0.",
    ),
    "PLACES": QT_TRANSLATE_NOOP(
        "ssf",
        "Any points or lines, such as displacement measurements or cities, in any coordinate "
        "reference system.",
    ),
    "JOINED": QT_TRANSLATE_NOOP(
        "ssf",
        "The same with their own columns and the KE of the window in which they lie; of a line the "
        "mean by length.",
    ),
    "N_JOINED": QT_TRANSLATE_NOOP("ssf", "How many features lie in a window that has a KE."),
    "PAGE": QT_TRANSLATE_NOOP(
        "ssf", "What the models say of themselves, in one HTML file, for the Results Viewer."
    ),
    "LABEL": QT_TRANSLATE_NOOP("ssf", "Name and version of the models, for scripts."),
    "PIXEL_SIZE_M": QT_TRANSLATE_NOOP("ssf", "Metres of crust for a pixel of the models' maps."),
    "CARD": QT_TRANSLATE_NOOP(
        "ssf", "All that the model's file says of itself: training, scores, ranges, interval."
    ),
    "PLOT": QT_TRANSLATE_NOOP("ssf", "A page with a plot a zone, for the Results Viewer."),
    "FOLDER": QT_TRANSLATE_NOOP(
        "ssf",
        "Where the GeoTIFFs go, named by zone and strip: 1 on a trace, 0 elsewhere, columns along "
        "the zone. A folder that holds files of these names is refused.",
    ),
    "FOOTPRINTS": QT_TRANSLATE_NOOP("ssf", "A polygon a strip, with the name of its GeoTIFF."),
    "LOAD": QT_TRANSLATE_NOOP(
        "ssf", "Off, since a map may have thousands. Loaded, lines are dark and the rest is clear."
    ),
    "N_STRIPS": QT_TRANSLATE_NOOP("ssf", "How many strips, and so GeoTIFFs, there are."),
    "checktraces WINDOWS": QT_TRANSLATE_NOOP(
        "ssf", "The windows of an estimate with the flags that they will have, without a KE."
    ),
    "comparetraces TRACES": QT_TRANSLATE_NOOP(
        "ssf", "The map whose windows are compared; active strike-slip faults alone."
    ),
    "comparetraces WINDOWS": QT_TRANSLATE_NOOP(
        "ssf",
        "The windows of map A with KE on both maps and its change: blue where it rises from A to "
        "B, red where it falls.",
    ),
    "explainke N_WINDOWS": QT_TRANSLATE_NOOP("ssf", "How many windows were explained."),
    "estimatefromraster TRACES_OUT": QT_TRANSLATE_NOOP(
        "ssf", "The lines that were made of the raster, with their KE; look at them first."
    ),
    "joinke WINDOWS": QT_TRANSLATE_NOOP(
        "ssf", "A layer of windows that an estimate wrote, or a selection of it."
    ),
    "makewindows WINDOWS": QT_TRANSLATE_NOOP(
        "ssf", "The windows exactly as an estimate lays them, without a KE."
    ),
    "makewindows TRACES_OUT": QT_TRANSLATE_NOOP(
        "ssf",
        "The traces with their zones. Correct the column zone where you know better, and give it "
        "as zone field.",
    ),
    "profileplot WINDOWS": QT_TRANSLATE_NOOP(
        "ssf",
        "A layer of windows that an estimate wrote, or a selection of it. It needs the columns "
        "zone, along_km and ke; intervals and flags are drawn where it has them.",
    ),
    "profileplot N_ZONES": QT_TRANSLATE_NOOP("ssf", "How many zones were plotted."),
    "rasterizetraces THICKNESS": QT_TRANSLATE_NOOP(
        "ssf",
        "Widths of the drawn lines, a band each; an estimate uses 2;3;4. Opened by hand, several "
        "bands show as colours.",
    ),
    "rasterizetraces STRIPS": QT_TRANSLATE_NOOP("ssf", "The GeoTIFFs, for models and scripts."),
}


def meaning(algorithm, key):
    """What a parameter or output of an algorithm means, not yet translated; "" if nobody says."""
    return MEANINGS.get(f"{algorithm} {key}") or MEANINGS.get(key, "")
