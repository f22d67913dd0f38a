"""The matrices' drawing: boxes, cells, heat maps, layout, copying."""
