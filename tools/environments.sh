# Sets up what ./demo and ./check need; sourced by both. Each function does only what is missing.
#
#   .venv        any Python: headless road, training and their tests
#   .venv-qgis   the system's Python with QGIS's own packages: the plugin and its tests

SYSTEM_PYTHON=/usr/bin/python3 # the only one that can import Debian's qgis

say() { printf '%s\n' "$*" >&2; }

have_qgis() {
    [ -x "$SYSTEM_PYTHON" ] && QT_QPA_PLATFORM=offscreen "$SYSTEM_PYTHON" -c 'import qgis.core, osgeo.gdal' 2>/dev/null &&
        [ -n "$(qgis_process_name)" ]
}

# Debian 12's wrapper qgis_process fails on its own settings; the program behind it works.
qgis_process_name() {
    command -v qgis_process.bin || command -v qgis_process || true
}

have_venv_module() { "$1" -c 'import ensurepip, venv' 2>/dev/null; }

# apt_install PACKAGE...: true where all are installed afterwards.
apt_install() {
    if ! command -v apt-get >/dev/null; then
        say "This needs $*, and there is no apt-get here to install them."
        return 1
    fi
    if [ "$(id -u)" -ne 0 ]; then
        say "This needs $*. Install them as root: apt-get install --no-install-recommends $*"
        return 1
    fi
    say "Installing $* (a few minutes) ..."
    apt_log=$(mktemp)
    if ! { apt-get update && DEBIAN_FRONTEND=noninteractive \
        apt-get install -y --no-install-recommends "$@"; } >"$apt_log" 2>&1; then
        tail -n 5 "$apt_log" >&2
        say "apt-get could not install $*; the whole log is $apt_log."
        return 1
    fi
    rm -f "$apt_log"
}

need_qgis() { have_qgis || { apt_install qgis python3-qgis qgis-providers && have_qgis; }; }

# need_venv EXTRAS: makes .venv with these extras of pyproject.toml, such as headless,test.
need_venv() {
    wanted=$(printf '%s ' "$1"; cat pyproject.toml constraints.txt | cksum)
    [ "$(cat .venv/ssf-stamp 2>/dev/null)" = "$wanted" ] && return 0
    # A set of extras that is there already serves a smaller wish, too.
    [ "$(cat .venv/ssf-stamp 2>/dev/null)" = "$(printf '%s ' "$ALL_EXTRAS"; cat pyproject.toml constraints.txt | cksum)" ] && return 0
    have_venv_module python3 || apt_install python3-venv || return 1
    say "Setting up .venv ..."
    [ -x .venv/bin/python ] || python3 -m venv .venv || return 1
    PIP_CONSTRAINT='' .venv/bin/python -m pip install --quiet --disable-pip-version-check \
        -c constraints.txt -e ".[$1]" || return 1
    printf '%s' "$wanted" >.venv/ssf-stamp
}
ALL_EXTRAS=headless,train,search,dask,docs,test

# onnxruntime goes without its dependencies: QGIS's numpy must stay as it is.
need_venv_qgis() {
    wanted=$(cksum <constraints.txt)
    [ "$(cat .venv-qgis/ssf-stamp 2>/dev/null)" = "$wanted" ] && return 0
    have_venv_module "$SYSTEM_PYTHON" || apt_install python3-venv || return 1
    say "Setting up .venv-qgis ..."
    [ -x .venv-qgis/bin/python ] || "$SYSTEM_PYTHON" -m venv --system-site-packages .venv-qgis || return 1
    .venv-qgis/bin/python -m pip install --quiet --disable-pip-version-check --no-deps \
        -c constraints.txt onnxruntime pytest iniconfig packaging pluggy pygments || return 1
    printf '%s' "$wanted" >.venv-qgis/ssf-stamp
}

# QGIS without a display, and without a word about its folder for sockets.
headless_qgis() {
    export QT_QPA_PLATFORM=offscreen
    if [ -z "${XDG_RUNTIME_DIR:-}" ]; then
        XDG_RUNTIME_DIR=$(mktemp -d) && export XDG_RUNTIME_DIR
        chmod 700 "$XDG_RUNTIME_DIR"
    fi
}
