"""The work of one map shared among processes."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from ssf_model.estimate.ensemble import list_members
from ssf_model.estimate.estimating import StripEstimate, estimate_strips
from ssf_model.headless.batch.chunks import StripAnswer, cut_chunks, whole_estimate
from ssf_model.headless.batch.recipe import recipe_of
from ssf_model.headless.batch.workers import in_order, local_workers
from ssf_model.headless.job import Job
from ssf_model.zones.strips import Strip


@contextmanager
def estimated(
    job: Job, strips: Sequence[Strip], *, workers: int, draw: bool
) -> Iterator[Iterator[StripEstimate]]:
    """Give the estimates of a plan, in its order, by so many processes.

    What was drawn comes with them where `draw` says so, or one process does all.
    """
    if workers == 1:
        yield estimate_strips(job.file.traces, strips, job.models, options=job.options)
        return
    with local_workers(recipe_of(job.models, job.options), workers) as crew:
        chunks = in_order(cut_chunks(job.file.traces, strips), crew.submit, crew.slots)
        answers = (answer for _, later in chunks for answer in later.result())
        yield (whole(job, strip, answer, draw=draw) for strip, answer in zip(strips, answers))


def whole(job: Job, strip: Strip, answer: StripAnswer, *, draw: bool) -> StripEstimate:
    """A strip's answer as the estimate that this process would have made."""
    return whole_estimate(
        answer,
        strip,
        job.file.traces,
        members=list_members(job.models, scale=strip.scale, options=job.options),
        options=job.options,
        thickness_px=job.thickness_px if draw else None,
    )
