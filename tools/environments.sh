# Sets up what ./demo and ./check need; sourced by both. Each function does only what is missing.
#
#   .venv        any Python: headless road, training and their tests
#   .venv-qgis   the system's Python with QGIS's own packages: the plugin and its tests
#
# While one is set up, a file says so (.venv.begun): where that is found, a run was killed over it,
# and it is made anew. An environment that somebody else made is added to and never made anew.

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

# have_pip FOLDER PYTHON [OPTION...]: makes a virtual environment, or mends it.
have_pip() {
    folder=$1 python=$2
    shift 2
    if [ -e "$folder.begun" ]; then
        say "An earlier run was stopped while it set up $folder, which is made anew."
        "$python" -m venv --clear "$@" "$folder"
        return
    fi
    if [ -e "$folder/ssf-stamp" ] || [ ! -x "$folder/bin/python" ]; then : >"$folder.begun"; fi
    [ -x "$folder/bin/python" ] || "$python" -m venv "$@" "$folder" || return 1
    "$folder/bin/python" -m pip --version >/dev/null 2>&1 && return 0
    "$folder/bin/python" -m ensurepip >/dev/null 2>&1 && return 0
    say "$folder has no pip, and none could be put there; remove the folder, and run this again."
    rm -f "$folder.begun"
    return 1
}

# installed FOLDER STAMP ARGUMENT...: pip, and a stamp once all is there.
installed() {
    folder=$1 stamp=$2
    shift 2
    code=0
    PIP_CONSTRAINT='' "$folder/bin/python" -m pip install --quiet --disable-pip-version-check \
        -c constraints.txt "$@" || code=1
    [ "$code" -ne 0 ] || printf '%s' "$stamp" >"$folder/ssf-stamp"
    rm -f "$folder.begun" # not reached by a run that is killed
    return "$code"
}

# need_venv EXTRAS: makes .venv with these extras of pyproject.toml, such as headless,test.
need_venv() {
    wanted=$(printf '%s ' "$1"; cat pyproject.toml constraints.txt | cksum)
    [ "$(cat .venv/ssf-stamp 2>/dev/null)" = "$wanted" ] && return 0
    # A set of extras that is there already serves a smaller wish, too.
    [ "$(cat .venv/ssf-stamp 2>/dev/null)" = "$(printf '%s ' "$ALL_EXTRAS"; cat pyproject.toml constraints.txt | cksum)" ] && return 0
    have_venv_module python3 || apt_install python3-venv || return 1
    say "Setting up .venv ..."
    have_pip .venv python3 && installed .venv "$wanted" -e ".[$1]"
}
ALL_EXTRAS=headless,train,search,dask,docs,test

# onnxruntime goes without its dependencies: QGIS's numpy must stay as it is.
need_venv_qgis() {
    wanted=$(cksum <constraints.txt)
    [ "$(cat .venv-qgis/ssf-stamp 2>/dev/null)" = "$wanted" ] && return 0
    have_venv_module "$SYSTEM_PYTHON" || apt_install python3-venv || return 1
    say "Setting up .venv-qgis ..."
    have_pip .venv-qgis "$SYSTEM_PYTHON" --system-site-packages && installed .venv-qgis "$wanted" \
        --no-deps onnxruntime pytest iniconfig packaging pluggy pygments
}

# headless_qgis FOLDER: QGIS without a display, and without a word about its folder for sockets.
headless_qgis() {
    export QT_QPA_PLATFORM=offscreen
    if [ -z "${XDG_RUNTIME_DIR:-}" ]; then
        export XDG_RUNTIME_DIR=$1/sockets
        mkdir -m 700 "$XDG_RUNTIME_DIR"
    fi
}
