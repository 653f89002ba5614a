"""From mapped fault traces to kinematic efficiency (KE) and off-fault deformation (OFD)."""

__version__ = "0.1.0"
