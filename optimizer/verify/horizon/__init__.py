"""The second opinion on programmes: rules and figures over years, from Problem + Programme alone."""
