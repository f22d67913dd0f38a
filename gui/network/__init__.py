"""The network's drawing: geometry, edges, labels, units, pointing."""
