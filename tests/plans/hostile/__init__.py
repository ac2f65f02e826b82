"""Files that mean harm or are only odd, made in code: a spreadsheet import must outlive them."""
