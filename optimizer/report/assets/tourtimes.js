// tourtimes
