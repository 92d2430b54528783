#!/usr/bin/env bash
# Makes .venv, the Python that scripts/python and its notebooks are tested with, of wheels by their checksums.
#
# usage: scripts/python-environment.sh
#
# Does nothing where it is there already. For Python 3.11 on 64-bit x86, as on Debian 12; others can install
# the wheel of scripts/python-wheel.sh, with packages of their own choice.
source "$(dirname "$0")/common.sh"

[ $# = 0 ] || { print_help && exit; }
wanted=scripts/python/requirements.txt
installed=.venv/requirements.txt # as it was installed
if cmp -s $wanted $installed; then
  echo "nothing to install: .venv"
  exit
fi
/usr/bin/python3 -m venv --clear .venv ||
  fail "/usr/bin/python3 makes no virtual environment" "scripts/install-dependencies.sh python"
.venv/bin/python -m pip install --quiet --no-deps --only-binary :all: --require-hashes --requirement $wanted ||
  fail "the Python packages of $wanted could not be installed" "check the network and pip's settings, then run this again"
cp $wanted $installed
echo "installed .venv"
