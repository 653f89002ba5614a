"""How faults slip by words, codes and phrases of the languages that databases are written in.

Only what is plain is read: no mistyped word is mended, and what a mapper doubts ("Dextral (?)")
stays unknown. A user's own words come beside these; see `parse_slip_words`.
"""

from __future__ import annotations

import os
import re
import unicodedata
from collections.abc import Iterable, Mapping
from pathlib import Path

from ssf_model.errors import InputError
from ssf_model.faults.attributes import text_of
from ssf_model.faults.slip import DEXTRAL, DIP_SLIP, OBLIQUE, SINISTRAL, STRIKE_SLIP, UNKNOWN
from ssf_model.faults.slip_angles import DASHES

WORD = re.compile(r"[^\W\d_]+")
BETWEEN_WORDS = re.compile(r"[\s_,;:/()&+.|・、-]*")
EAST_ASIAN = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]+")
ACCENTS = re.compile("[\u0300-\u036f]")  # not the marks of kana
# "A with a component of B" names the lesser one first in these: Turkish, Japanese.
LESSER_FIRST = re.compile(r"\b(bilesenli|bilesen)\b|を伴う|を伴った|成分を持つ")
NO_SLIP_TYPE = (
    "? - -- na n/a n.a. nan nd n/d n.d. nil none null (null) <null> tbd unknown undefined "
    "undetermined undifferentiated unspecified unclassified indeterminate bilinmiyor inconnu "
    "inconnue indetermine indeterminee desconocido desconocida indeterminado indeterminada "
    "sconosciuto sconosciuta ignoto ignota indeterminato unbekannt 不明 未知 不详 不詳 未定"
)
PHRASES = ("not known", "not specified", "not available", "not determined", "no data")
UNTOLD = frozenset(("", *NO_SLIP_TYPE.split(), *PHRASES))


def _meanings() -> dict[str, tuple[int, int]]:
    """Word of a slip type -> kind of slip and sense; a filler word has the kind `UNKNOWN`."""
    words = {
        (STRIKE_SLIP, DEXTRAL): "dextral dext dex dx rl rls rlss right rightlateral rightslip "
        "destrale destral destra destro dextre droite droit dextrogiro dextrogira derecha derecho "
        "sag rechtsseitig rechtshandig rechtslateral "
        "右横ずれ 右ずれ 右旋 右行 右旋走滑 右行走滑 右走滑 右移 右",
        (STRIKE_SLIP, SINISTRAL): "sinistral sinist sin sx ll lls llss left leftlateral leftslip "
        "sinestral siniestral senestral sinistrale senestre sinistra sinistro gauche sinestrale "
        "levogiro levogira izquierda izquierdo sol linksseitig linkshandig linkslateral "
        "左横ずれ 左ずれ 左旋 左行 左旋走滑 左行走滑 左走滑 左移 左",
        (STRIKE_SLIP, 0): "strike strikeslip ss transform wrench transcurrent transcurrente "
        "transcurrencia trascorrente trascorrenza decrochement decrochant decrochante "
        "decrochements coulissage coulissant coulissante desgarre rumbo direccional dogrultu "
        "blattverschiebung seitenverschiebung 横ずれ 走滑 平移 走向滑动",
        (OBLIQUE, 0): "oblique obliqua obliquo oblicua oblicuo oblik verev transpression "
        "transpressional transpressive transtension transtensional transtensive transpressif "
        "transtensif transpresivo transtensivo traspressiva trastensiva schragabschiebung "
        "schragaufschiebung 斜滑 斜め",
        (DIP_SLIP, 0): "normal nm nf reverse rv rev rf inverse thrust tf backthrust megathrust "
        "overthrust subduction detachment dip dipslip extension extensional tensional rift "
        "spreading ridge compression compressional contraction contractional anticline syncline "
        "monocline fold flexure normale normales diretta dirette inversa inverso inverses "
        "chevauchement chevauchant chevauchante cabalgamiento cabalgante corrimiento "
        "sovrascorrimento accavallamento ters bindirme egim abschiebung aufschiebung "
        "uberschiebung 正断層 正断层 正断 正 逆断層 逆断层 逆断 正斷層 正斷 逆斷層 逆斷 "
        "逆冲 逆衝 逆掩 逆 衝上 冲断 推覆 滑脱 "
        "縦ずれ 縦 拉张 张性 張性 伸展 挤压 压性 褶曲 褶皱",
        (UNKNOWN, 0): "slip lateral fault faults faulting zone and with component sense type "
        "movement moving mainly mostly predominantly predominant dominant dominantly pure blind "
        "low high angle minor faille failles avec et composante jeu mouvement a en de laterale "
        "lateraux falla fallas con componente y e deslizamiento deslizante desplazamiento "
        "movimiento di faglia faglie movimento cinematica prevalente ve fay fayi faylar yanal "
        "yonlu yonde atim atimli bilesen bilesenli mit und komponente "
        "断層 断层 斷層 断裂 断層帯 斷裂 断裂带 断裂帯 活断層 活动 "
        "隐伏 卓越 主体 型 性 成分 成分を持つ を伴う を伴った 伴 兼 具 "
        "为主 主 带 的 及 和 与 並びに および 运动 分量 ずれ の を",
    }
    return {word: meaning for meaning, text in words.items() for word in text.split()}


WORDS = _meanings()
LONGEST = max(len(word) for word in WORDS)


def slip_of_type(
    value: object,
    *,
    own: Mapping[str, tuple[int, int]] | None = None,
    letters: Mapping[str, tuple[int, int]] | None = None,
) -> tuple[int, int]:
    """Kind and sense of slip by its name; the first word that tells a kind is the main one.

    So "Dextral-Normal" is strike-slip and "Normal-Dextral" oblique, as in the GEM database.

    Parameters
    ----------
    value : object
        The name.
    own : mapping, optional
        A user's own words, from `parse_slip_words`; they go first.
    letters : mapping, optional
        What single letters mean in this field, from `letter_codes`.

    Returns
    -------
    kind, sense : int
        Unknown for a missing value and for words such as "unspecified".

    Raises
    ------
    InputError
        If the text has a word or sign that is not known, or no word that tells a kind.
    """
    text = normalized(value)
    own = own or {}
    if text in own:
        return own[text]
    if text in UNTOLD:
        return UNKNOWN, 0
    lesser = LESSER_FIRST.search(text)
    if lesser is not None:
        text = f"{text[lesser.end() :]} {text[: lesser.start()]}"
    known = [own.get(word, (letters or {}).get(word, WORDS.get(word))) for word in _words(text)]
    told = [meaning for meaning in known if meaning is not None and meaning[0] != UNKNOWN]
    clear = all(BETWEEN_WORDS.fullmatch(signs) for signs in WORD.split(text))
    if not clear or None in known or not told:
        message = f"{text_of(value)!r} is no slip type that is known."
        raise InputError(message)
    senses = {sense for _, sense in told if sense}
    kinds = [kind for kind, _ in told]
    kind = kinds[0] if kinds[0] != DIP_SLIP or set(kinds) == {DIP_SLIP} else OBLIQUE
    return kind, senses.pop() if len(senses) == 1 else 0


def letter_codes(values: Iterable[object]) -> dict[str, tuple[int, int]]:
    """Tell what single letters mean in a field, as far as its other values make that plain.

    N is normal and T thrust beside other codes or words of slip; R is right where there is an L,
    and reverse beside N, T or SS; S is sinistral where there is a D, and strike-slip beside N
    with R or T. A field that holds E, W or Y (points of the compass, yes and no) has no codes.
    """
    texts = [_words(normalized(value)) for value in values]
    coded = {word for words in texts if all(len(word) <= 3 for word in words) for word in words}
    letters = {word for word in coded if len(word) == 1}
    if letters & set("ewy"):
        return {}
    told = {word for words in texts for word in words if WORDS.get(word, (UNKNOWN, 0))[0]}
    beside = told | letters
    codes: dict[str, tuple[int, int]] = {}
    if "n" in letters and beside - set("ns"):
        codes["n"] = (DIP_SLIP, 0)
    if "t" in letters and beside - {"t"}:
        codes["t"] = (DIP_SLIP, 0)
    if "r" in letters:
        if "l" in letters:
            codes.update(r=(STRIKE_SLIP, DEXTRAL), l=(STRIKE_SLIP, SINISTRAL))
        elif letters & set("nt") or told & {"ss", "rl", "ll"}:
            codes["r"] = (DIP_SLIP, 0)
    if "s" in letters:
        if "d" in letters:
            codes.update(d=(STRIKE_SLIP, DEXTRAL), s=(STRIKE_SLIP, SINISTRAL))
        elif "n" in letters and letters & set("rt"):
            codes["s"] = (STRIKE_SLIP, 0)
    return codes


def read_slip_words(path: str | os.PathLike[str]) -> dict[str, tuple[int, int]]:
    """Read a file of slip words, UTF-8; see `parse_slip_words`."""
    path = Path(path)
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeError) as error:
        reason = "is not UTF-8" if isinstance(error, UnicodeError) else "cannot be read"
        message = f"{path}: the file of slip words {reason}."
        raise InputError(message) from error
    return parse_slip_words(text, label=path.name)


def parse_slip_words(text: str, *, label: str) -> dict[str, tuple[int, int]]:
    """Read a user's own words: a line each, "word or phrase = slip type"; `#` begins a remark.

    The slip type is one that ssf knows ("dextral", "normal-sinistral") or "unknown". A phrase
    stands for a whole value, a single word for itself inside longer values, too; capitals,
    accents and kinds of dashes do not count.

    Raises
    ------
    InputError
        If a line cannot be understood or contradicts another; it says which.
    """
    found: dict[str, tuple[int, int]] = {}
    for number, line in enumerate(text.splitlines(), start=1):
        content = line.split("#")[0].strip()
        if not content:
            continue
        words, _, told = content.rpartition("=")
        key = normalized(words)
        try:
            meaning = slip_of_type(told)
        except InputError:
            key = ""
        if not key or not normalized(told):
            message = (
                f'{label}, line {number}: "{content}" is not understood. Write a word or phrase, '
                '"=" and a slip type such as dextral, normal, dextral-normal or unknown.'
            )
            raise InputError(message)
        if found.setdefault(key, meaning) != meaning:
            message = f'{label}, line {number}: "{words.strip()}" has another meaning above.'
            raise InputError(message)
    return found


def normalized(value: object) -> str:
    """A value in small letters without accents, with plain dashes and single spaces."""
    text = unicodedata.normalize("NFKC", text_of(value) or "").translate(DASHES).casefold()
    plainer = ACCENTS.sub("", unicodedata.normalize("NFD", text)).replace("\u0131", "i")
    return " ".join(unicodedata.normalize("NFC", plainer).split())


def _words(text: str) -> list[str]:
    """The words of a text; Chinese and Japanese, which know no spaces, by the longest known."""
    found = []
    for word in WORD.findall(text):
        rest = word
        while rest:
            length = len(rest)
            east = EAST_ASIAN.match(rest)
            if east is not None:
                lengths = range(min(LONGEST, east.end()), 0, -1)
                length = next((n for n in lengths if rest[:n] in WORDS), east.end())
            else:
                east = EAST_ASIAN.search(rest)
                length = len(rest) if east is None else east.start()
            found.append(rest[:length])
            rest = rest[length:]
    return found
