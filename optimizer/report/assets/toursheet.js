// toursheet
