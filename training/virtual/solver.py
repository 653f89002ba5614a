"""Equilibrium of a visco-elasto-plastic sheet on a driven base, one frame at a time.

Plane stress on square cells of side 1: displacements on nodes, 4-node quadrilaterals with one
integration point, columns periodic, first and last node row held. Node arrays are
(rows + 1, cols + 1), their last column repeating the first; cell arrays are
(rows, cols + 1), their first column repeating the last. All are float32.

Source: radial return of a Drucker-Prager yield surface without dilatancy, and damped
pseudo-dynamic relaxation, both textbook methods (de Souza Neto et al. 2008,
doi 10.1002/9780470694626; Underwood 1983, "Dynamic relaxation").
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numba import njit

DAMPING = 0.94  # of the pseudo-velocity, an iteration
STEP_SAFETY = 0.85  # share of the stable pseudo-time step
HOURGLASS = 0.05  # stiffness, in shear moduli, against the mode that one-point cells cannot feel
MIN_ITERATIONS = 10
MAX_ITERATIONS = 400
TINY = np.float32(1e-12)  # keeps divisions by the shear stress finite
RETURN_LIMIT = np.float32(0.999)  # share of the shear stress that a frame may relax at most

P, D, S = 0, 1, 2  # rows of a stress array: mean, half the difference, shear


@dataclass(frozen=True)
class Material:
    """Constants of the sheet, in cells and in units of its shear modulus."""

    shear_modulus: float
    bulk_modulus: float  # plane-stress: K = G (1 + nu) / (1 - nu)
    confinement: float  # p0, pressure of the yield surface's origin
    viscosity: float  # eta: share of the shear modulus that resists plastic flow
    base_stiffness: float  # k = G / lambda^2, traction of the base a unit of slip over it


def solve_frame(
    u: np.ndarray,
    v: np.ndarray,
    stress: np.ndarray,
    strength: np.ndarray,
    sin_friction: np.ndarray,
    base: np.ndarray,
    drive: np.ndarray,
    material: Material,
    *,
    tolerance: float,
) -> tuple[np.ndarray, np.ndarray, int]:
    """Find the displacement of one frame that balances stress and basal traction.

    Parameters
    ----------
    u, v : (rows + 1, cols + 1) float32 arrays
        Displacement of the frame in cells, along columns and rows: a first guess, changed in
        place to the solution. First and last row are held as given.
    stress : (3, rows, cols + 1) float32 array
        Mean stress (tension positive), half the normal stresses' difference and shear stress
        before the frame, already relaxed by viscosity.
    strength : (rows, cols + 1) float32 array
        Cohesion times the cosine of the angle of friction.
    sin_friction : (rows, cols + 1) float32 array
        Sine of the angle of friction.
    base : (2, rows + 1, cols + 1) float32 array
        Basal traction along columns and rows before the frame.
    drive : (rows + 1, cols + 1) float32 array
        Displacement of the base along columns in this frame, in cells.
    material : Material
        Constants of the sheet.
    tolerance : float
        The iteration ends when no node moves farther than this, in cells.

    Returns
    -------
    stress : (3, rows, cols + 1) float32 array
        Stress after the frame.
    plastic_strain : (rows, cols + 1) float32 array
        Plastic shear strain of the frame.
    iterations : int
        How many were needed, from 10 to 400.
    """
    constants = _constants(material)
    fastest = 8 * (material.bulk_modulus + material.shear_modulus) + material.base_stiffness
    iterations = _relax(
        u,
        v,
        stress,
        strength,
        sin_friction,
        base,
        drive,
        constants,
        np.float32(STEP_SAFETY * 2 / np.sqrt(fastest)),
        np.float32(tolerance),
    )
    after = np.empty_like(stress)
    plastic_strain = np.empty_like(strength)
    _stress_after(u, v, stress, strength, sin_friction, constants, after, plastic_strain)
    return after, plastic_strain, iterations


def _constants(material: Material) -> tuple[np.float32, ...]:
    """G, K, p0, plastic compliance, basal and hourglass stiffness, as the kernels take them."""
    G = material.shear_modulus
    values = (
        G,
        material.bulk_modulus,
        material.confinement,
        1 / (G * (1 + material.viscosity)),
        material.base_stiffness,
        HOURGLASS * G,
    )
    return tuple(np.float32(value) for value in values)


@njit(cache=True, fastmath=True, error_model="numpy")
def _cell_row(u0, u1, v0, v1, stress, strength, sin_friction, row, constants, out):
    """Stress, plastic strain and hourglass strains of a row of cells, into the rows of `out`."""
    G, K, confinement, compliance = constants[0], constants[1], constants[2], constants[3]
    half = np.float32(0.5)
    zero, one = np.float32(0.0), np.float32(1.0)
    p_before, d_before, s_before = stress[P, row], stress[D, row], stress[S, row]
    cohesive, slope = strength[row], sin_friction[row]
    p_out, d_out, s_out, strain_out, hour_u, hour_v = out[0], out[1], out[2], out[3], out[4], out[5]
    cols = u0.size - 1
    for j in range(cols):
        ua, ub, uc, ud = u0[j], u0[j + 1], u1[j + 1], u1[j]
        va, vb, vc, vd = v0[j], v0[j + 1], v1[j + 1], v1[j]
        exx = half * (ub - ua + uc - ud)
        eyy = half * (vd - va + vc - vb)
        gxy = half * (ud - ua + uc - ub + vb - va + vc - vd)
        p = p_before[j + 1] + K * (exx + eyy)
        d = d_before[j + 1] + G * (exx - eyy)
        s = s_before[j + 1] + G * gxy
        tau = np.sqrt(d * d + s * s) + TINY
        excess = tau + (p - confinement) * slope[j + 1] - cohesive[j + 1]
        strain = min(max(excess, zero) * compliance, RETURN_LIMIT * tau / G)
        kept = one - G * strain / tau
        p_out[j + 1] = p
        d_out[j + 1] = d * kept
        s_out[j + 1] = s * kept
        strain_out[j + 1] = strain
        hour_u[j + 1] = ua - ub + uc - ud
        hour_v[j + 1] = va - vb + vc - vd
    for k in range(6):
        out[k, 0] = out[k, cols]


@njit(cache=True, fastmath=True, error_model="numpy")
def _node_row(u, v, speed_u, speed_v, above, below, base, drive, row, constants, step):
    """Advance a row of nodes by its out-of-balance force; the row's largest pseudo-speed."""
    stiffness, hourglass = constants[4], constants[5]
    half, damping = np.float32(0.5), np.float32(DAMPING)
    p0, d0, s0, hu0, hv0 = above[0], above[1], above[2], above[4], above[5]
    p1, d1, s1, hu1, hv1 = below[0], below[1], below[2], below[4], below[5]
    base_x, base_y, moved = base[0, row], base[1, row], drive[row]
    ur, vr, wu, wv = u[row], v[row], speed_u[row], speed_v[row]
    cols = ur.size - 1
    largest = np.float32(0.0)
    for j in range(cols):
        k = j + 1
        # the four cells around the node: left and right of it, above (0) and below (1)
        right_1, left_1 = p1[k] + d1[k], p1[j] + d1[j]
        right_0, left_0 = p0[k] + d0[k], p0[j] + d0[j]
        down = (p1[k] - d1[k]) + (p1[j] - d1[j])
        up = (p0[k] - d0[k]) + (p0[j] - d0[j])
        force_x = half * (right_1 + right_0 - left_1 - left_0 + s1[k] + s1[j] - s0[k] - s0[j])
        force_y = half * (s1[k] + s0[k] - s1[j] - s0[j] + down - up)
        force_x -= hourglass * (hu1[k] - hu1[j] + hu0[j] - hu0[k])
        force_y -= hourglass * (hv1[k] - hv1[j] + hv0[j] - hv0[k])
        force_x -= base_x[j] + stiffness * (ur[j] - moved[j])
        force_y -= base_y[j] + stiffness * vr[j]
        a = damping * wu[j] + step * force_x
        b = damping * wv[j] + step * force_y
        wu[j] = a
        wv[j] = b
        ur[j] += step * a
        vr[j] += step * b
        largest = max(largest, max(abs(a), abs(b)))
    ur[cols] = ur[0]
    vr[cols] = vr[0]
    return largest


@njit(cache=True, fastmath=True, error_model="numpy")
def _relax(u, v, stress, strength, sin_friction, base, drive, constants, step, tolerance):
    """Iterate `u` and `v` in place until the nodes rest; how many iterations it took.

    Cells and nodes advance together, row by row: a node row needs the cells above and below
    it, and those below it need no node row that has moved already.
    """
    rows, cols = u.shape[0] - 1, u.shape[1] - 1
    speed_u, speed_v = np.zeros_like(u), np.zeros_like(v)
    cells = np.empty((2, 6, cols + 1), np.float32)
    for iteration in range(1, MAX_ITERATIONS + 1):
        largest = np.float32(0.0)
        _cell_row(u[0], u[1], v[0], v[1], stress, strength, sin_friction, 0, constants, cells[0])
        for row in range(1, rows):
            above, below = cells[(row - 1) % 2], cells[row % 2]
            _cell_row(
                u[row], u[row + 1], v[row], v[row + 1],
                stress, strength, sin_friction, row, constants, below,
            )  # fmt: skip
            moved = _node_row(
                u, v, speed_u, speed_v, above, below, base, drive, row, constants, step
            )
            largest = max(largest, moved)
        if largest * step < tolerance and iteration >= MIN_ITERATIONS:
            return iteration
    return MAX_ITERATIONS


@njit(cache=True, fastmath=True, error_model="numpy")
def _stress_after(u, v, stress, strength, sin_friction, constants, after, plastic_strain):
    """Stress and plastic strain that the displacement gives, into the last two arrays."""
    rows, cols = u.shape[0] - 1, u.shape[1] - 1
    cells = np.empty((6, cols + 1), np.float32)
    for row in range(rows):
        _cell_row(
            u[row], u[row + 1], v[row], v[row + 1],
            stress, strength, sin_friction, row, constants, cells,
        )  # fmt: skip
        after[:, row] = cells[:3]
        plastic_strain[row] = cells[3]
