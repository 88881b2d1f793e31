"""Studies: loops of many solves around one problem."""
