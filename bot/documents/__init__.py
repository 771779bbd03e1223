"""Documents on paper: the data becomes a page in templates/letters/, typeset by typst in a process of its own."""
