"""Documents on paper: the data fills a page of templates/letters/, which typst typesets."""
