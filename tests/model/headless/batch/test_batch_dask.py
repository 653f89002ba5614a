"""The same bits from the workers of a Dask cluster, and what is said where there is none."""

import dataclasses
import os
import signal
import sys

import pytest

from makers.batch_maps import QUICK, tables, wavy_map
from ssf_model.__main__ import main
from ssf_model.errors import InputError, WorkersError
from ssf_model.headless.batch import chunks, cluster, recipe
from ssf_model.network.model import default_model_path, open_model
from ssf_model.options import Options

distributed = pytest.importorskip("distributed", reason="Dask is not installed")


@pytest.fixture(scope="module")
def two_workers():
    """Two workers, each a process of its own."""
    with distributed.LocalCluster(
        n_workers=2, threads_per_worker=1, processes=True, dashboard_address=":0"
    ) as made:
        yield made


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """However busy the machine is, whoever is there answers in time."""
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 600)


@pytest.fixture
def words(tmp_path, model, monkeypatch):
    """A batch of one map of several chunks, but for its folder."""
    monkeypatch.setattr(chunks, "WINDOWS_A_CHUNK", 4)
    path = wavy_map(tmp_path / "map.gpkg", zones=2, length_km=80)
    return ["batch", path, "--zone-field", "zone", "--model", model, *QUICK, "--members"]


@pytest.fixture
def one_process(words, tmp_path):
    """What one process makes of it."""
    assert main([*words, "--out", str(tmp_path / "one"), "--workers", "1"]) == 0
    return tmp_path / "one"


def test_two_workers_of_a_cluster_give_the_bits_of_one_process(
    two_workers, words, one_process, tmp_path
):
    address, out = two_workers.scheduler_address, tmp_path / "dask"
    assert main([*words, "--out", str(out), "--dask", address]) == 0
    assert tables(out / "map.gpkg") == tables(one_process / "map.gpkg")
    assert (out / "summary.csv").read_bytes() == (one_process / "summary.csv").read_bytes()
    with distributed.Client(address, set_as_default=False) as client:
        opened = client.run(lambda: recipe._opened.cache_info().misses)
    assert list(opened.values()) == [1, 1]  # both took part, and opened the model once


def test_a_cluster_goes_on_when_a_worker_is_killed(
    two_workers, words, one_process, tmp_path, monkeypatch
):
    """It is killed after the second answer; Dask sends what it had to another worker."""
    address, out = two_workers.scheduler_address, tmp_path / "dask"
    result, answered = cluster._FromCluster.result, []

    def result_and_kill(answer):
        answers = result(answer)
        answered.append(answer)
        if len(answered) == 2:
            with distributed.Client(address, set_as_default=False) as client:
                os.kill(next(iter(client.run(os.getpid).values())), signal.SIGKILL)
        return answers

    monkeypatch.setattr(cluster._FromCluster, "result", result_and_kill)
    assert main([*words, "--out", str(out), "--dask", address]) == 0
    assert len(answered) > 4
    assert tables(out / "map.gpkg") == tables(one_process / "map.gpkg")


def test_a_worker_with_other_versions_is_refused(two_workers):
    ours = recipe.recipe_of([open_model(default_model_path())], Options())
    other = dataclasses.replace(ours, numpy="1.20.0")
    empty = chunks.Chunk(None, ())
    with cluster.cluster_workers(other, two_workers.scheduler_address) as workers:
        answer = workers.submit(empty)
        with pytest.raises(WorkersError, match=r"as numpy, the batch 1\.20\.0"):
            answer.result()
    with cluster.cluster_workers(ours, two_workers.scheduler_address) as workers:
        assert workers.submit(empty).result() == ()


def test_an_address_without_a_scheduler_is_refused(words, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(cluster, "SECONDS_TO_CONNECT", 1)
    out = tmp_path / "out"
    assert main([*words, "--out", str(out), "--dask", "tcp://127.0.0.1:9"]) == 1
    assert "No Dask scheduler answers at tcp://127.0.0.1:9" in capsys.readouterr().err
    assert not out.exists()


def test_a_cluster_without_workers_is_refused(monkeypatch):
    """Its scheduler may take its time to answer, but nobody waits for a worker."""
    wait = distributed.Client.wait_for_workers
    monkeypatch.setattr(
        distributed.Client, "wait_for_workers", lambda self, n, timeout: wait(self, n, timeout=0.1)
    )
    with (
        distributed.LocalCluster(n_workers=0, processes=False, dashboard_address=":0") as empty,
        pytest.raises(InputError, match="has no workers; start some with: dask worker"),
        cluster.cluster_workers(None, empty.scheduler_address),
    ):
        pass


def test_without_dask_the_message_says_what_to_install(words, tmp_path, monkeypatch, capsys):
    monkeypatch.setitem(sys.modules, "distributed", None)  # as where it is not installed
    assert main([*words, "--out", str(tmp_path / "out"), "--dask", "tcp://127.0.0.1:9"]) == 1
    assert 'run: pip install "ssf[dask]"' in capsys.readouterr().err
