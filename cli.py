"""Front of a clone: `python cli.py solve instances/geneva/scenario.yaml`."""

from optimizer.commands import main

if __name__ == "__main__":
    main()
