"""Both containers of MATLAB give the same variables, and damaged ones are refused by name."""

import h5py
import numpy as np
import pytest
import scipy.sparse
from scipy.io import savemat

from makers.mat73 import write_mat73
from ssf_model.errors import InputError
from training.experiments.matlab import read_variable, variable_names

RNG = np.random.default_rng(3)
VARIABLES = {
    "cube": RNG.normal(size=(5, 4, 3)),
    "plane": RNG.normal(size=(2, 7)).astype(np.float32),
    "bytes": RNG.integers(0, 200, (3, 2, 4)).astype(np.uint8),
    "yes": RNG.random((4, 2)) < 0.5,
    "scalar": np.uint8(64),
    "text": "wet kaolin",
    "nothing": np.zeros((0, 3)),
}


@pytest.mark.parametrize("write", [savemat, write_mat73])
def test_every_variable_comes_back_with_matlab_s_axes(tmp_path, write):
    write(tmp_path / "E.mat", VARIABLES)
    assert set(variable_names(tmp_path / "E.mat")) == set(VARIABLES)
    for name, value in VARIABLES.items():
        found = read_variable(tmp_path / "E.mat", name)
        if name == "text":
            assert found.tolist() == ["wet kaolin"]
        elif name == "scalar":  # MATLAB knows no other scalars
            np.testing.assert_array_equal(found, [[64]])
        else:
            np.testing.assert_array_equal(found, value)


@pytest.mark.parametrize("write", [savemat, write_mat73])
def test_a_struct_gives_its_fields(tmp_path, write):
    write(tmp_path / "E.mat", {"parameters": {"material": "virtual sand", "seed": 7.0}})
    found = read_variable(tmp_path / "E.mat", "parameters")
    assert found["material"].tolist() == ["virtual sand"]
    assert found["seed"].item() == 7


def test_a_sparse_map_is_filled(tmp_path):
    plane = (RNG.random((6, 5)) < 0.3).astype(float)
    savemat(tmp_path / "E.mat", {"map": scipy.sparse.csc_matrix(plane)})
    np.testing.assert_array_equal(read_variable(tmp_path / "E.mat", "map"), plane)


def test_hdf5_that_does_not_tell_its_axes_is_refused(tmp_path):
    with h5py.File(tmp_path / "E.mat", "w") as file:
        file["cube"] = VARIABLES["cube"]
    with pytest.raises(InputError, match=r"E\.mat: 'cube' has no attribute MATLAB_class"):
        read_variable(tmp_path / "E.mat", "cube")


@pytest.mark.parametrize("compressed", [False, True])
@pytest.mark.parametrize("cut", ["second", "third"])
def test_a_version_5_file_cut_short_names_the_variable(tmp_path, cut, compressed):
    """The file of fewer variables tells where the next one begins."""
    names = ["first", "second", "third"]
    cubes = {name: RNG.normal(size=(9, 8, 7)) for name in names}
    savemat(tmp_path / "E.mat", cubes, do_compression=compressed)
    before = {name: cubes[name] for name in names[: names.index(cut)]}
    savemat(tmp_path / "before.mat", before, do_compression=compressed)
    start = (tmp_path / "before.mat").stat().st_size
    whole = (tmp_path / "E.mat").read_bytes()
    (tmp_path / "E.mat").write_bytes(whole[: start + 500])
    with pytest.raises(InputError, match=rf"E\.mat: cut short or damaged in variable '{cut}'"):
        variable_names(tmp_path / "E.mat")
    (tmp_path / "E.mat").write_bytes(whole[: start + 5])  # within its tag
    with pytest.raises(InputError, match=r"^E\.mat: .*cut short"):
        variable_names(tmp_path / "E.mat")
    (tmp_path / "E.mat").write_bytes(whole)
    assert variable_names(tmp_path / "E.mat") == names


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9, 0.999])
def test_a_version_73_file_cut_short_is_refused(tmp_path, share):
    write_mat73(tmp_path / "E.mat", {"cube": RNG.normal(size=(20, 30, 10))})
    whole = (tmp_path / "E.mat").read_bytes()
    (tmp_path / "E.mat").write_bytes(whole[: int(share * len(whole))])
    with pytest.raises(InputError, match=r"^E\.mat: .*cut short") as refusal:
        variable_names(tmp_path / "E.mat")
    assert "\n" not in str(refusal.value)


def test_a_damaged_variable_of_version_73_is_named(tmp_path):
    """Compressed chunks full of something else."""
    write_mat73(tmp_path / "E.mat", {"scalar": 1.0})
    with h5py.File(tmp_path / "E.mat", "a") as file:
        cube = np.arange(40 * 40 * 20.0).reshape(20, 40, 40)
        dataset = file.create_dataset("cube", data=cube, compression="gzip", chunks=(20, 40, 40))
        dataset.attrs["MATLAB_class"] = np.bytes_("double")
        place = dataset.id.get_chunk_info(0).byte_offset + 512
    content = bytearray((tmp_path / "E.mat").read_bytes())
    content[place : place + 400] = bytes(400)
    (tmp_path / "E.mat").write_bytes(content)
    assert read_variable(tmp_path / "E.mat", "scalar").item() == 1
    with pytest.raises(InputError, match=r"E\.mat: cut short or damaged in variable 'cube'"):
        read_variable(tmp_path / "E.mat", "cube")


@pytest.mark.parametrize("content", [b"", b"text\n" * 90, b"\x89HDF\r\n\x1a\n" + bytes(300)])
def test_what_is_no_matlab_file_is_refused(tmp_path, content):
    (tmp_path / "E.mat").write_bytes(content)
    with pytest.raises(InputError, match=r"E\.mat: not readable as a MATLAB file"):
        variable_names(tmp_path / "E.mat")


def test_a_claim_that_no_file_of_that_size_can_keep_is_refused_before_reading(tmp_path):
    """4 kB that claim 64 GB in an array that was never filled; 1 MB may claim what zip can do."""
    with h5py.File(tmp_path / "E.mat", "w") as file:
        for name, shape in (("cube", (2000, 2000, 2000)), ("plane", (1000, 2000))):
            file.create_dataset(name, shape, "f8").attrs["MATLAB_class"] = np.bytes_("double")
    with pytest.raises(InputError, match=r"E\.mat: 'cube' claims 2000 x 2000 x 2000 values"):
        read_variable(tmp_path / "E.mat", "cube")
    np.testing.assert_array_equal(
        read_variable(tmp_path / "E.mat", "plane"), np.zeros((2000, 1000))
    )


def test_a_sparse_claim_is_refused_before_it_is_filled(tmp_path):
    plane = scipy.sparse.coo_array(([1.0], ([5], [6])), shape=(2**17, 2**17)).tocsc()
    savemat(tmp_path / "E.mat", {"map": plane})
    with pytest.raises(InputError, match=r"E\.mat: 'map' claims 131072 x 131072 values"):
        read_variable(tmp_path / "E.mat", "map")


def test_zeros_that_zip_to_a_thousandth_are_read(tmp_path):
    """The smallest file of its content must not be taken for a false claim."""
    zeros = np.zeros((400, 500, 200), np.uint8)
    savemat(tmp_path / "E.mat", {"zeros": zeros}, do_compression=True)
    assert (tmp_path / "E.mat").stat().st_size < zeros.size / 900
    np.testing.assert_array_equal(read_variable(tmp_path / "E.mat", "zeros"), zeros)


def test_an_empty_array_that_is_not_empty_is_refused(tmp_path):
    write_mat73(tmp_path / "E.mat", {"nothing": np.zeros((0, 3))})
    with h5py.File(tmp_path / "E.mat", "a") as file:
        file["nothing"][...] = (2**20, 2**20)
    with pytest.raises(InputError, match=r"damaged in variable 'nothing': of \(1048576, 1048576\)"):
        read_variable(tmp_path / "E.mat", "nothing")


@pytest.mark.parametrize("way", ["link", "soft", "external", "virtual", "field"])
def test_a_variable_that_stands_elsewhere_is_refused(tmp_path, way):
    """A file from a stranger must not make the reader read others."""
    write_mat73(tmp_path / "secret.mat", {"cube": np.ones((3, 4))})
    with h5py.File(tmp_path / "E.mat", "w") as file:
        if way == "link":
            file["cube"] = h5py.ExternalLink("secret.mat", "cube")
        elif way == "soft":
            file["cube"] = h5py.SoftLink("/other")
        elif way == "external":
            there = [(str(tmp_path / "secret.mat"), 0, 96)]
            file.create_dataset("cube", (12,), "f8", external=there)
        elif way == "virtual":
            layout = h5py.VirtualLayout((4, 3), "f8")
            layout[:] = h5py.VirtualSource("secret.mat", "cube", (4, 3))
            file.create_virtual_dataset("cube", layout)
        else:
            file.create_group("cube")["field"] = h5py.ExternalLink("secret.mat", "cube")
        if way not in ("link", "soft"):
            file["cube"].attrs["MATLAB_class"] = np.bytes_("double")
    name = "field" if way == "field" else "cube"
    with pytest.raises(InputError, match=rf"E\.mat: '{name}' stands elsewhere"):
        read_variable(tmp_path / "E.mat", "cube")
