"""Settings of the site. `make site` builds it: tools/build_site.py lays out the pages first."""

import inspect
import re

project = "Many clients"
author = "The authors of Many clients"
project_copyright = author
extensions = ["myst_nb", "sphinx.ext.autodoc"]
exclude_patterns = ["README.md"]  # parts of it stand in index.md
nitpicky = True

# The lessons, as they are stored. Nothing is run, and nothing is loaded from elsewhere.
nb_execution_mode = "off"
nb_ipywidgets_js = {}
myst_heading_anchors = 3

html_theme = "furo"
html_title = "Many clients"
html_static_path = ["_static"]
html_css_files = ["course.css"]
html_js_files = ["course.js"]
html_favicon = "_static/icon.svg"
html_domain_indices = False
html_use_index = False
html_show_sourcelink = False
html_copy_source = False
html_show_search_summary = False  # a page that was opened from disk may not read the other pages
# The colours of code have a contrast of 4.5 or more against their page (WCAG 2.1, 1.4.3).
pygments_style = "a11y-high-contrast-light"
pygments_dark_style = "a11y-high-contrast-dark"

# The face, from its docstrings. They are prose, with a word in `backticks` for code.
default_role = "code"
autodoc_typehints = "none"
add_module_names = False
toc_object_entries = False


def set_parameters_apart(app, what, name, obj, options, lines):
    """Make a paragraph of each parameter: a docstring begins it with the parameter's name and a colon."""
    try:
        names = inspect.signature(obj).parameters
    except (TypeError, ValueError):
        return
    laid_out = []
    for line in lines:
        begins = re.match(r"((?:\w+, )*\w+): ", line)
        if begins and set(begins[1].split(", ")) <= set(names):
            line = f"**{begins[1]}**{line[begins.end(1) :]}"
            laid_out.append("")
        laid_out.append(line)
    lines[:] = laid_out


def give_captions_a_level(app, page, template, context, doctree):
    """The captions in the side bar are headings, and a heading has a level."""
    context["furo_navigation_tree"] = context["furo_navigation_tree"].replace(
        'role="heading"', 'role="heading" aria-level="2"'
    )


def setup(app):
    app.connect("autodoc-process-docstring", set_parameters_apart)
    app.connect("html-page-context", give_captions_a_level, priority=900)  # after the theme
