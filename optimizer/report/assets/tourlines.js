// tourlines
