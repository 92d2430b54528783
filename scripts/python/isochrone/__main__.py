"""The program: python -m isochrone run heart.yaml; mpirun -n 2 python -m isochrone run heart.yaml"""

import sys

from ._library import library, texts


def main():
    words = sys.argv[1:]
    sys.exit(library.isochrone_command(len(words), texts(words)))


if __name__ == "__main__":
    main()
