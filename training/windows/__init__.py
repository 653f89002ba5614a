"""From experiments to labelled windows, dealt to sets."""
