"""What the settings of a report say, read with the standard library's parser."""

from html.parser import HTMLParser


class _Cells(HTMLParser):
    """Keeps the cells of tables."""

    def __init__(self):
        super().__init__()
        self.cells = []

    def handle_starttag(self, tag, attrs):
        """A cell begins."""
        if tag == "td":
            self.cells.append("")

    def handle_data(self, data):
        """Words, and the line breaks between rows."""
        if self.cells:
            self.cells[-1] += data.rstrip("\n")


def settings_of(report):
    """The table below the heading "Settings": label -> value."""
    reader = _Cells()
    reader.feed(report.split("<h2>Settings</h2>")[1].split("</table>")[0])
    return dict(zip(reader.cells[::2], reader.cells[1::2]))


def keys_among(labels):
    """Labels that are no words for a reader: raw keys are in lower case; "ssf" is our name."""
    return [label for label in labels if label != "ssf" and not label[0].isupper()]
