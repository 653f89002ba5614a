"""QGIS's window as the plugin's menu sees it, played by a stand-in."""

from types import SimpleNamespace


class Window:
    """What the menu asks of QGIS's interface, and what it was told."""

    def __init__(self):
        self.actions, self.said, self.levels, self.selected = [], [], [], []

    def mainWindow(self):
        """No parent."""
        return None

    def addPluginToMenu(self, menu, action):
        """Keep it."""
        assert menu == "ssf"
        self.actions.append(action)

    def removePluginMenu(self, menu, action):
        """Drop it."""
        self.actions.remove(action)

    def messageBar(self):
        """Keeps what is pushed."""

        def push(title, text, level, duration):
            self.said.append(text)
            self.levels.append(level)

        return SimpleNamespace(pushMessage=push)

    def layerTreeView(self):
        """The selection."""
        return SimpleNamespace(selectedLayers=lambda: self.selected)

    def trigger(self, beginning):
        """Choose an entry."""
        (action,) = [each for each in self.actions if each.text().startswith(beginning)]
        action.trigger()
