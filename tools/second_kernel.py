"""Run a command under another processor's kernels than those it would run under by itself.

    python tools/second_kernel.py COMMAND [ARGUMENT ...]

The last bits of sums of float32 hang on the vectors that a processor has, and a test that only
holds with one processor's bits is a wrong test. OpenBLAS, NumPy's own loops, oneDNN (that is,
TensorFlow) and numba are told to use no more than an older processor has: one without AVX-512, or,
where that makes no difference, one without AVX2. onnxruntime has no such switch; it runs as always.

Where no switch changes the bits of a matrix product, nothing is run and the exit status is 1.
"""

from __future__ import annotations

import ctypes
import hashlib
import json
import os
import platform
import subprocess
import sys

# From newest to oldest: OpenBLAS's name of the core, the features of NumPy (1.x and 2.x call them
# otherwise) that it lacks, oneDNN's and LLVM's names of the same.
OLDER = {
    "x86_64": (
        ("Haswell", ("AVX512", "X86_V4"), "AVX2", "haswell"),
        ("Nehalem", ("AVX512", "X86_V4", "AVX2", "FMA3", "X86_V3"), "SSE41", "nehalem"),
        ("Prescott", ("AVX512", "X86_V4", "AVX2", "FMA3", "X86_V3"), "SSE41", "nocona"),
    ),
    "aarch64": (
        ("ARMV8", ("ASIMDDP", "ASIMDFHM", "SVE"), "DEFAULT", "generic"),
        ("CORTEXA57", ("ASIMDDP", "ASIMDFHM", "SVE"), "DEFAULT", "generic"),
    ),
}
CORE_NAMES = (  # what NumPy's wheels, and distributions, call the function that tells the core
    *("scipy_openblas_get_corename64_", "openblas_get_corename64_"),
    *("scipy_openblas_get_corename", "openblas_get_corename"),
)


def main() -> int:
    """Set the switches, see that they work, and run the command."""
    if not sys.argv[1:]:
        print("usage: python tools/second_kernel.py COMMAND [ARGUMENT ...]", file=sys.stderr)
        return 2
    own = kernels_here()
    for older in OLDER.get(platform.machine(), ()):
        environment = {**os.environ, **switches(*older, features=own["numpy"])}
        other = kernels_under(environment)
        if other is not None and other["blas"] != own["blas"] and other["bits"] != own["bits"]:
            print(f"second kernel: {in_words(other)}, in place of {in_words(own)}", file=sys.stderr)
            return subprocess.run(sys.argv[1:], env=environment, check=False).returncode
    print(f"second kernel: none but {in_words(own)} can be had here", file=sys.stderr)
    return 1


def kernels_here() -> dict:
    """What NumPy and its OpenBLAS use in this process, and the bits that come of it."""
    import numpy as np

    numbers = np.random.default_rng(0).standard_normal((2, 300, 300)).astype(np.float32)
    bits = hashlib.sha256((numbers[0] @ numbers[1]).tobytes()).hexdigest()
    return {"blas": openblas_core(), "numpy": numpy_features(), "bits": bits}


def kernels_under(environment: dict[str, str]) -> dict | None:
    """The same in another process; None where this processor cannot run it."""
    command = [sys.executable, __file__, "--tell"]
    told = subprocess.run(command, env=environment, check=False, stdout=subprocess.PIPE)
    return json.loads(told.stdout) if told.returncode == 0 else None


def numpy_features() -> list[str]:
    """Vector features that NumPy chooses its loops by, as far as this processor has them."""
    try:
        from numpy._core import _multiarray_umath as umath
    except ImportError:  # NumPy 1.x
        from numpy.core import _multiarray_umath as umath
    return [name for name in umath.__cpu_dispatch__ if umath.__cpu_features__[name]]


def openblas_core() -> str | None:
    """OpenBLAS's name of the core whose kernels it runs; None where NumPy has no OpenBLAS."""
    if not os.path.exists("/proc/self/maps"):  # not Linux
        return None
    with open("/proc/self/maps", encoding="utf-8") as file:
        paths = {line.split()[-1] for line in file if "blas" in line}
    for path in sorted(paths):
        library = ctypes.CDLL(path)
        for name in CORE_NAMES:
            if hasattr(library, name):
                function = getattr(library, name)
                function.restype = ctypes.c_char_p
                return function().decode()
    return None


def switches(
    core: str, lacking: tuple[str, ...], onednn: str, llvm: str, *, features: list[str]
) -> dict[str, str]:
    """Variables that lead to an older processor's kernels."""
    return {
        "OPENBLAS_CORETYPE": core,
        "NPY_DISABLE_CPU_FEATURES": " ".join(name for name in features if name.startswith(lacking)),
        "ONEDNN_MAX_CPU_ISA": onednn,
        "NUMBA_CPU_NAME": llvm,
        "NUMBA_CPU_FEATURES": "",
    }


def in_words(kernels: dict) -> str:
    """Kernels for people."""
    features = " ".join(kernels["numpy"])
    wide = "AVX-512" if "AVX512" in features or "X86_V4" in features else "no AVX-512"
    return f"OpenBLAS {kernels['blas']}, loops with {wide} ({features or 'none but the baseline'})"


if __name__ == "__main__":
    if sys.argv[1:] == ["--tell"]:
        print(json.dumps(kernels_here()))
    else:
        sys.exit(main())
