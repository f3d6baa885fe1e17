"""A year as pictures: pure functions from records to SVG, each with the same as a table.

A picture stands in a page of the desk as well as in a report of one file: it brings no style sheet,
no script and no address, and takes the colour of the text around it, so that it is right on dark
ground too. A style sheet may colour its rows: each carries the name of its state as a class.
"""

from provenance.watch.pictures.both import Drawn, draw_year
from provenance.watch.pictures.heat_map import heat_map_svg, heat_map_table
from provenance.watch.pictures.survival import survival_svg, survival_table
from provenance.watch.pictures.tables import Table, table_html

__all__ = [
    "Drawn",
    "Table",
    "draw_year",
    "heat_map_svg",
    "heat_map_table",
    "survival_svg",
    "survival_table",
    "table_html",
]
