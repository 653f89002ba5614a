"""The user's language: texts by Qt's translators, from the files in i18n/.

`tools/translations.py` makes these files.
"""

from pathlib import Path

from qgis.core import QgsApplication
from qgis.PyQt.QtCore import QCoreApplication, QTranslator

FOLDER = Path(__file__).resolve().parent / "i18n"
CONTEXT = "ssf"  # of all texts of the plugin


def tr(text):
    """The text in the user's language."""
    return QCoreApplication.translate(CONTEXT, text)


def counted(count, one, many, **told):
    """A text that counts something, `one` or `many`, already in the user's language."""
    return (one if count == 1 else many).format(count=count, **told)


def make_translator(locale=None):
    """A translator into a language.

    Parameters
    ----------
    locale : str, optional
        Such as es or es_MX, whose texts are those of es; QGIS's own if not given.

    Returns
    -------
    translator : QTranslator or None
        None where there are no texts in that language: they stay English.
    """
    name = (locale or QgsApplication.locale()).replace("-", "_")
    for each in (name, name.split("_")[0]):
        path = FOLDER / f"ssf_{each}.qm"
        translator = QTranslator()
        if path.is_file() and translator.load(str(path)):
            return translator
    return None
