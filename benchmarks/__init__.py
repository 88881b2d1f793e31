"""What is measured, how it is run, compared and drawn; `faubourg bench` runs it in a clone."""
