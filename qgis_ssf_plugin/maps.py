"""Fault maps and guide lines of a run read, and strips laid along them."""

from ssf_model.faults.slip_words import read_slip_words
from ssf_model.zones.planning import plan_strips

from .language import counted, tr
from .parameters import (
    DIP_FIELD,
    GUIDES,
    PLANNING_SHARE,
    RAKE_FIELD,
    READING_SHARE,
    SLIP_TYPE_FIELD,
    SLIP_WORDS,
    STRICT,
    TRACES,
    TREND,
    ZONE_FIELD,
    ZONE_LABEL,
    given,
    given_number,
    given_text,
    trace_source,
)
from .reading import read_guides, read_traces
from .source_files import check_file


def planned_strips(algorithm, parameters, context, feedback, *, scale, keep=None):
    """Read the map and lay the strips, which is the first `PLANNING_SHARE` of the progress.

    Parameters
    ----------
    algorithm, parameters, context, feedback
        Of the run.
    scale : ExperimentScale
        Size of pixels and windows.
    keep : callable, optional
        Called with each trace feature, in order.

    Returns
    -------
    traces : Traces
        The fault map in WGS 84.
    strips : list of Strip
        Not complete where the run was cancelled.

    Raises
    ------
    InputError
        If the map or a setting does not fit.
    """
    traces = read_map(algorithm, parameters, context, feedback, keep=keep)
    if feedback.isCanceled():
        return traces, []
    guides = drawn_guides(algorithm, parameters, context, feedback)
    strips = lay_strips(
        algorithm, parameters, context, feedback, traces=traces, guides=guides, scale=scale
    )
    return traces, strips


def read_map(
    algorithm,
    parameters,
    context,
    feedback,
    *,
    key=TRACES,
    zone_key=ZONE_FIELD,
    keep=None,
    shares=(0, READING_SHARE),
):
    """Read the map of the layer `key`; see `planned_strips`.

    `zone_key` names the parameter with the field of its zones; the fields that tell how features
    slip have the same names on all maps of a run. The progress goes through `shares`.
    """
    words = given_text(algorithm, parameters, SLIP_WORDS, context)
    label = given_text(algorithm, parameters, ZONE_LABEL, context)
    source = trace_source(algorithm, parameters, context, key=key)
    feedback.setProgressText(tr("Reading {layer} ...").format(layer=source.sourceName()))
    total, done = max(1, source.featureCount()), 0
    remark = check_file(algorithm, parameters, key, context)
    if remark is not None:
        feedback.pushWarning(remark)

    def visit(feature):
        nonlocal done
        done += 1
        feedback.setProgress(shares[0] + (shares[1] - shares[0]) * min(1, done / total))
        if keep is not None:
            keep(feature)

    return read_traces(
        source,
        context.transformContext(),
        zone_field=given_text(algorithm, parameters, zone_key, context),
        zone_label=label if key == TRACES else None,
        rake_field=given_text(algorithm, parameters, RAKE_FIELD, context),
        dip_field=given_text(algorithm, parameters, DIP_FIELD, context),
        slip_type_field=given_text(algorithm, parameters, SLIP_TYPE_FIELD, context),
        slip_words=None if words is None else read_slip_words(words),
        strict=algorithm.parameterAsBool(parameters, STRICT, context),
        cancelled=feedback.isCanceled,
        keep=visit,
        tell=feedback.pushWarning,
    )


def drawn_guides(algorithm, parameters, context, feedback):
    """Read the guide lines, (n, 2) longitude and latitude each; None where none were given."""
    if not given(parameters, GUIDES):
        return None
    source = trace_source(algorithm, parameters, context, key=GUIDES)
    return read_guides(source, context.transformContext(), cancelled=feedback.isCanceled)


def lay_strips(algorithm, parameters, context, feedback, *, traces, guides, scale):
    """Lay the strips of a map, which is the progress up to `PLANNING_SHARE`."""
    feedback.setProgressText(tr("Finding fault zones and laying strips ..."))

    def progress(done, total):
        feedback.setProgress(READING_SHARE + (PLANNING_SHARE - READING_SHARE) * done / total)

    strips = plan_strips(
        traces,
        scale=scale,
        guides=guides,
        trend_deg=given_number(algorithm, parameters, TREND, context),
        cancelled=feedback.isCanceled,
        progress=progress,
    )
    if feedback.isCanceled():
        return strips  # not all of them
    feedback.pushInfo(
        tr("{lines} of {features}, {strips}.").format(
            lines=counted(len(traces.lines), tr("{count} trace line"), tr("{count} trace lines")),
            features=counted(traces.n_features, tr("{count} feature"), tr("{count} features")),
            strips=counted(len(strips), tr("{count} strip"), tr("{count} strips")),
        )
    )
    return strips
