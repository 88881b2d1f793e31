// tourhubs
