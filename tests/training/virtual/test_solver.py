import math

import numpy as np
import pytest

from training.virtual.solver import Material, S, solve_frame

pytestmark = pytest.mark.numerical

ROWS, COLS = 60, 48
UNBREAKABLE = 1e6


def solve(u, drive, *, coupling=12.0, strength=UNBREAKABLE, friction=0.0, viscosity=0.1):
    """One frame of a fresh sheet; the displacement, the stress and the plastic strain.

    The tolerance is far below what the tests allow.
    """
    material = Material(
        shear_modulus=1.0,
        bulk_modulus=2.6,
        confinement=0.05,
        viscosity=viscosity,
        base_stiffness=1 / coupling**2,
    )
    u = u.astype(np.float32)
    v = np.zeros_like(u)
    cells = (ROWS, COLS + 1)
    stress, plastic_strain, iterations = solve_frame(
        u,
        v,
        np.zeros((3, *cells), np.float32),
        np.full(cells, strength, np.float32),
        np.full(cells, math.sin(friction), np.float32),
        np.zeros((2, ROWS + 1, COLS + 1), np.float32),
        drive.astype(np.float32),
        material,
        tolerance=5e-6 * max(1.0, abs(u).max()),
    )
    assert iterations < 400  # it came to rest
    return u, v, stress, plastic_strain


def test_elastic_sheet_on_a_resting_base_bends_as_sinh():
    """Closed form: G u'' = k u between walls at +-1/2 gives u = sinh(y / lambda) / ...

    Cells of side 1 against lambda = 12 err by about 1 / (24 lambda^2) = 3e-4.
    """
    coupling, half = 12.0, ROWS / 2
    y = np.arange(ROWS + 1) - half
    exact = -0.5 * np.sinh(y / coupling) / math.sinh(half / coupling)
    guess = np.repeat(np.linspace(0.5, -0.5, ROWS + 1)[:, None], COLS + 1, axis=1)
    u, v, stress, plastic_strain = solve(guess, np.zeros_like(guess), coupling=coupling)
    np.testing.assert_allclose(u, np.repeat(exact[:, None], COLS + 1, axis=1), atol=3e-4)
    np.testing.assert_allclose(v, 0, atol=1e-6)
    middle = y[:-1] + 0.5
    shear = -0.5 / coupling * np.cosh(middle / coupling) / math.sinh(half / coupling)
    np.testing.assert_allclose(stress[S, :, 1:], np.repeat(shear[:, None], COLS, 1), atol=2e-4)
    assert not plastic_strain.any()


def test_elastic_sheet_follows_a_wavy_base_by_its_plane_stress_stiffness():
    """Closed form: (K + G) u'' = k (u - A sin qx), so u = A sin(qx) k / (k + (K + G) q^2)."""
    coupling = 4.0
    wave = 2 * math.pi / COLS
    x = np.arange(COLS + 1)
    drive = np.repeat(np.sin(wave * x)[None, :], ROWS + 1, axis=0)
    exact = drive / (1 + coupling**2 * 3.6 * wave**2)
    cold = exact.copy()
    cold[1:-1] = 0
    u, v, _, _ = solve(cold, drive, coupling=coupling)
    # q^2 on cells of side 1 is 2 (1 - cos q): it differs by q^2 / 12 = 1.4e-3 of itself
    np.testing.assert_allclose(u, exact, atol=1.5e-3 * exact.max())
    np.testing.assert_allclose(v, 0, atol=1e-4)


def test_a_base_that_moves_like_a_chequerboard_hardly_moves_the_sheet():
    """Closed form: what strains no cell at its one point is held by the hourglass stiffness alone.

    Around a node of u = +a four cells have the hourglass strain 4 a, so 16 h a + k (a - A) = 0
    with h = 0.05 G; without it the sheet would follow the base, a = A. The iteration ends
    where no node moves by more than 5e-6, which leaves a few times that.
    """
    rows, cols = np.mgrid[: ROWS + 1, : COLS + 1]
    drive = np.where((rows + cols) % 2, -1.0, 1.0)
    stiffness = 1 / 4.0**2
    exact = drive * stiffness / (stiffness + 16 * 0.05)
    cold = np.zeros_like(exact)
    cold[[0, -1]] = exact[[0, -1]]
    u, v, stress, _ = solve(cold, drive, coupling=4.0)
    np.testing.assert_allclose(u, exact, atol=2e-4)
    np.testing.assert_allclose(v, 0, atol=5e-5)
    np.testing.assert_allclose(stress, 0, atol=2e-4)


@pytest.mark.parametrize(("viscosity", "friction"), [(0.0, 0.0), (0.1, 0.0), (0.3, 0.6)])
def test_sheared_sheet_yields_at_its_strength_and_viscosity_adds_its_share(viscosity, friction):
    """Closed form: trial stress g; F = g - p0 sin(phi) - C; stress = g - F / (1 + eta)."""
    gradient, strength = 0.3, 0.1
    y = np.arange(ROWS + 1.0)
    u = np.repeat((gradient * (ROWS / 2 - y))[:, None], COLS + 1, axis=1)
    _, _, stress, plastic_strain = solve(
        u, u, strength=strength, friction=friction, viscosity=viscosity
    )
    excess = gradient - 0.05 * math.sin(friction) - strength
    flow = excess / (1 + viscosity)
    np.testing.assert_allclose(plastic_strain, flow, rtol=1e-4)
    np.testing.assert_allclose(-stress[S], gradient - flow, rtol=1e-4)
