// tourmap
